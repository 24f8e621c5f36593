/** Texts about signed documents in Vietnamese. */
export default {
  open: 'Mở bản đã ký',
  print: 'In bản giấy',
  superseded: 'Đã được thay bằng tài liệu {code} lúc {at}.',
  replaces: 'Đính chính',
  appends: 'Bổ sung',
  verdict: { 'valid-current': 'Hợp lệ', 'valid-superseded': 'Đã bị thay thế', invalid: 'KHÔNG hợp lệ', unknown: 'Không xác định' },
}
