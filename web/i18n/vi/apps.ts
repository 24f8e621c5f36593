/** Texts about apps that act for a person, in Vietnamese. */
export default {
  title: 'Cho phép ứng dụng', asks: '{name} muốn dùng dữ liệu', you: 'Ứng dụng làm việc thay {name}, và không bao giờ xem hay làm được nhiều hơn chính bạn.',
  patient: 'Người bệnh', of: 'Mở từ hồ sơ của', choose: 'Chọn người bệnh', chooseHint: 'Gõ tên, số thẻ hoặc quét thẻ. Ứng dụng chỉ biết người bệnh này.', choosePlaceholder: 'Họ tên hoặc số giấy tờ',
  may: 'Ứng dụng sẽ được', leaveOut: 'Bỏ dấu ở việc bạn không muốn cho phép.', changes: 'Có quyền thay đổi hồ sơ', needsPatient: 'Chọn người bệnh, hoặc bỏ dấu các quyền về người bệnh.', needsOne: 'Giữ ít nhất một quyền, hoặc bấm Từ chối.',
  allow: 'Cho phép', deny: 'Từ chối', then: 'Sau đó trình duyệt mở {site}.', cannot: 'Không thể tiếp tục', going: 'Đang chuyển về ứng dụng…', loading: 'Đang đọc yêu cầu của ứng dụng',
  open: 'Mở ứng dụng', opened: 'Đã mở {name} ở cửa sổ mới.', blocked: 'Trình duyệt đã chặn cửa sổ mới. Hãy cho phép rồi mở lại.',
  granted: 'Ứng dụng đã cho phép', none: 'Bạn chưa cho phép ứng dụng nào.', since: 'Từ {since}, đến {until}', untilOut: 'Từ {since}, đến khi bạn đăng xuất', end: 'Thu hồi', endName: 'Thu hồi: {name}', ended: 'Đã thu hồi.',
}
