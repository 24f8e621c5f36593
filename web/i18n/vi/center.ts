/** Texts of the data center's pages in Vietnamese. */
export default {
  tenant: 'Mã đơn vị', hospital: 'Bệnh viện', allHospitals: 'Tất cả bệnh viện', state: 'Tình trạng', lastContact: 'Liên lạc gần nhất', never: 'Chưa có', sent: 'Đã gửi', applied: 'Đã tiếp nhận', pending: 'Đang chờ', quarantined: 'Bị giữ lại',
  states: { ok: 'Bình thường', behind: 'Đang nhận tiếp', silent: 'Không liên lạc', quarantine: 'Có dữ liệu bị giữ lại' },
  monitor: { menu: 'Giám sát', title: 'Giám sát các bệnh viện', empty: 'Chưa có bệnh viện nào đăng ký.' },
  enrolment: {
    open: 'Đăng ký bệnh viện', own: 'Mã đối chiếu của Trung tâm này (đọc cho bệnh viện)', file: 'Tệp yêu cầu kết nối của bệnh viện', text: 'Hoặc dán nội dung tệp', check: 'Kiểm tra', theirs: 'Mã đối chiếu của bệnh viện',
    compare: 'Gọi cho quản trị viên của bệnh viện theo số đã biết từ trước, nghe họ đọc mã đối chiếu trên màn hình của họ.', same: 'Đã nghe đọc, hai mã giống nhau', register: 'Đăng ký', done: 'Đã đăng ký bệnh viện.',
    taken: 'Mã đơn vị này đã đăng ký với một khóa khác nên bị từ chối.', already: 'Bệnh viện này đã đăng ký rồi.',
  },
  received: {
    menu: 'Tiếp nhận', title: 'Tài liệu đã tiếp nhận', at: 'Tiếp nhận lúc', document: 'Tài liệu', patient: 'Người bệnh', birthDate: 'Ngày sinh', visit: 'Ngày khám', signer: 'Người ký', verdict: 'Chữ ký', open: 'Mở',
    empty: 'Chưa có tài liệu nào.',
  },
}
