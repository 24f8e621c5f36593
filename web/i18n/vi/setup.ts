/** Texts of the first set-up of a site in Vietnamese. */
export default {
  title: 'Thiết lập lần đầu',
  what: { hospital: 'Bệnh viện này chưa có quản trị viên.', center: 'Trung tâm dữ liệu này chưa có người trực.' },
  steps: {
    code: 'Lấy mã thiết lập trên cửa sổ dòng lệnh nơi đã chạy npm start, hoặc bằng lệnh npm run setup-code.',
    fill: { hospital: 'Điền thông tin bệnh viện và người quản trị đầu tiên.', center: 'Điền người trực đầu tiên của Trung tâm.' },
    next: { hospital: 'Sau đó quản trị viên thêm khoa, phòng, nhân sự và kết nối với Trung tâm dữ liệu.', center: 'Sau đó người trực đăng ký từng bệnh viện.' },
  },
  codeHeading: '1. Mã thiết lập', codeNote: 'Dùng một lần, hết hạn sau 8 giờ.', code: 'Mã thiết lập',
  hospitalHeading: '2. Bệnh viện', hospitalNote: 'In ở đầu mọi biểu mẫu; sửa được về sau.',
  personHeading: { hospital: '3. Quản trị viên đầu tiên', center: '2. Người trực đầu tiên' }, personNote: { hospital: 'Không xem được nội dung bệnh án.', center: 'Thấy tình trạng các bệnh viện và tài liệu họ gửi về.' },
  again: 'Nhập lại mật khẩu',
  submit: 'Thiết lập và đăng nhập',
  done: 'Đơn vị này đã được thiết lập.',
  wrong: {
    missing: 'Cần điền mục này.', facilityCode: 'Đúng 5 chữ cái không dấu hoặc chữ số.', login: '2 đến 50 chữ cái, chữ số, dấu chấm, gạch nối.', password: 'Ít nhất 14 ký tự.', again: 'Hai lần nhập mật khẩu khác nhau.',
  },
}
