/** Texts of order sets and phrases in Vietnamese. */
export default {
  set: 'Bộ', keep: { set: 'Lưu thành bộ chỉ định', phrase: 'Lưu thành mẫu câu' }, kept: { set: 'Đã lưu bộ chỉ định “{name}”. Gõ “bo …” ở dòng chỉ định để dùng.', phrase: 'Đã lưu mẫu câu. Gõ “.{name}” rồi dấu cách để dùng.' },
  name: { set: 'Tên bộ chỉ định', phrase: 'Từ tắt' }, nameHint: { set: 'Ví dụ: Viêm họng người lớn', phrase: '2 đến 16 chữ thường không dấu hoặc chữ số, ví dụ: hong' },
  noPatient: 'Dùng cho nhiều người bệnh: không để lại tên, số giấy tờ hay thông tin riêng của người bệnh này.',
  whose: 'Dùng cho', for: { person: 'Riêng tôi', department: 'Cả khoa', hospital: 'Toàn viện' }, save: 'Lưu',
  lines: '{count} dòng', added: 'Đã thêm {count} dòng của bộ “{name}”.', nothing: 'Phiếu này đã có đủ các mục của bộ “{name}”.', gone: 'Bộ “{name}”: không còn trong danh mục, hãy chọn lại: {names}',
  phrases: 'Mẫu câu', found: '{count} mẫu câu; mũi tên để chọn', openPlaces: 'Còn chỗ chưa điền trong ghi chép: {names}',
}
