/** Texts of the outbox in Vietnamese. */
export default {
  heading: 'Hộp gửi', note: 'Nội dung bạn nhập trên máy này', sendAll: 'Gửi ngay',
  noLine: 'Chưa có đường truyền tới máy chủ. Mọi mục dưới đây vẫn được giữ trên máy này, đã mã hóa, và tự gửi theo thứ tự khi nối lại.',
  waiting: 'Đang chờ gửi', empty: 'Không có gì đang chờ', emptyText: 'Máy chủ đã có đủ những gì bạn nhập trên máy này.', sent: 'Đã xong hôm nay',
  patient: 'Người bệnh', what: 'Nội dung', since: 'Nhập từ', lastTry: 'Lần thử gần nhất', next: 'Tiếp theo', actions: 'Thao tác', at: 'Lúc',
  want: { draft: 'Bản nháp', save: 'Lưu vào hồ sơ' }, notYet: 'Chưa thử gửi', sending: 'Đang gửi…',
  why: { merge: 'Trên máy chủ có bản mới hơn.', network: 'Không có đường truyền.' },
  then: {
    merge: 'Không ghi đè. Mở phiếu để chọn bản được giữ.', refused: 'Không tự gửi lại. Mở phiếu để xem và sửa.', session: 'Tự gửi sau khi bạn đăng nhập lại.', line: 'Tự gửi khi có đường truyền.', soon: 'Tự gửi trong giây lát.',
  },
  open: 'Mở', send: 'Gửi', discard: 'Bỏ', keep: 'Giữ lại', notSent: 'Chưa gửi được phần của {name}. Lý do ghi ở dòng đó.',
  discardHeading: 'Bỏ nội dung chưa gửi?', discardText: 'Nội dung đã nhập cho {name} trên máy này sẽ không được gửi. Có thể lấy lại ở mục “Đã xong hôm nay” cho tới hết ngày.', discarded: 'Đã bỏ phần chưa gửi của {name}.', restore: 'Lấy lại',
  done: { draft: 'Bản nháp đã ở máy chủ', saved: 'Đã lưu vào hồ sơ', signed: 'Đã ký', discarded: 'Đã bỏ' },
  forget: {
    button: 'Quên máy này', heading: 'Quên máy này?', text: 'Xóa khỏi máy này: bản lưu để đọc khi mất kết nối, bản nháp và khóa của bạn. Hồ sơ trên máy chủ không đổi.',
    waiting: '{count} mục chưa gửi sẽ mất hẳn. Hãy gửi trước.', done: 'Máy này không còn giữ gì của bạn.',
  },
}
