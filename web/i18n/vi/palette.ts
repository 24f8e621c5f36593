/** Texts of the palette and of the help for keys in Vietnamese. */
export default {
  heading: 'Tìm và đi tới',
  hint: 'Tên người bệnh, số thẻ, trang hoặc việc cần làm',
  hintPages: 'Trang hoặc việc cần làm',
  group: { patients: 'Người bệnh', recent: 'Người bệnh vừa mở', actions: 'Việc trên trang này', pages: 'Trang', pc: 'Máy này' },
  searching: 'Đang tìm người bệnh',
  failed: 'Chưa tìm được người bệnh: máy chủ không trả lời.',
  nothing: 'Không thấy gì khớp.',
  keys: 'Mũi tên: chọn · Enter: mở · Esc: đóng',
  verify: 'Xác minh văn bản đã ký',
  helpHeading: 'Phím tắt',
  help: { page: 'Trang này', everywhere: 'Mọi trang' },
  key: {
    palette: 'Tìm người bệnh, trang, việc cần làm', help: 'Bảng phím tắt này', escape: 'Đóng, quay lại', rows: 'Chọn dòng trong danh sách', enter: 'Mở dòng, nhận mục đầu tiên của danh sách gợi ý',
    tab: 'Sang ô kế tiếp mà không nhận gợi ý',
  },
  arrow: { up: 'Lên', down: 'Xuống' },
  composing: 'Phím chữ đơn chỉ có tác dụng ngoài ô nhập, và không bao giờ khi bộ gõ tiếng Việt đang ghép dấu.',
}
