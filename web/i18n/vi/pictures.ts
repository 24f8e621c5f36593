/** Texts of the viewer of pictures in Vietnamese. */
export default {
  title: 'Ảnh chẩn đoán', accession: 'Số ca {number}', notForDiagnosis: 'Ảnh tham khảo, không dùng để chẩn đoán ban đầu',
  allSeries: 'Các loạt ảnh', series: 'Loạt {number}', count: '{count} ảnh', stage: 'Ảnh đang xem', alt: '{series}, ảnh {counter}', loading: 'Đang tải ảnh {counter}…', asking: 'Đang hỏi PACS…',
  offline: 'Không kết nối được máy chủ. Ảnh không được lưu trên máy này, chỉ xem được khi có kết nối.',
  cut: 'Ca này có nhiều ảnh hơn số hiện ra. Hãy xem đủ ở trạm đọc của khoa chẩn đoán hình ảnh.',
  alsoWithheld: 'PACS còn {count} ca mang số này nhưng không hiện ra: {why}', withheldHelp: 'Ảnh không hiện ra để tránh nhầm người bệnh. Hãy báo khoa chẩn đoán hình ảnh kiểm tra số ca {number}.',
  withheld: {
    'other-order': 'PACS có ảnh được ghi cho chỉ định này nhưng mang số ca của chỉ định khác', 'patient-number': 'PACS có ảnh mang số này nhưng mã người bệnh khác', 'patient-name': 'PACS có ảnh mang số này nhưng tên người bệnh khác', 'patient-birth': 'PACS có ảnh mang số này nhưng ngày sinh khác', 'patient-unnamed': 'PACS có ảnh mang số này nhưng không đủ tên hoặc ngày sinh để đối chiếu',
  },
  state: { off: 'Bệnh viện chưa kết nối PACS', unreachable: 'Chưa xem được ảnh lúc này', none: 'Chưa có ảnh', withheld: 'Không thể hiện ảnh của số ca này' },
  help: { off: 'Quản trị viên khai báo PACS trong tệp cấu hình (EMR_PACS).', unreachable: 'PACS không trả lời. Kết quả đọc vẫn xem được như thường. Hãy thử lại sau ít phút.', none: 'PACS chưa có ảnh nào mang số ca {number}. Ảnh hiện ra ở đây khi máy chụp gửi xong.' },
  tones: { own: 'Cửa sổ gốc', soft: 'Mô mềm', lung: 'Phổi', bone: 'Xương', brain: 'Não', contrast: 'Tương phản cao', light: 'Sáng hơn', dark: 'Tối hơn' }, isInverted: 'đảo màu',
  arrows: 'Mũi tên trái, phải',
  keys: { picture: 'ảnh', seriesKey: 'loạt', zoom: 'phóng', tone: 'cửa sổ', invert: 'đảo màu', ends: 'đầu, cuối', back: 'quay lại' },
}
