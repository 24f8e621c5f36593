/** What the server finds wrong in what was sent, in the words of a person; web/fhir/issue-text.ts tells which. In Vietnamese. */
export default {
  missing: 'Còn thiếu.', many: 'Có quá nhiều mục ở đây.', notAllowed: 'Không được có mục này.', notInList: 'Mã không có trong danh mục được phép.', otherValue: 'Giá trị khác quy định.',
  wrongTarget: 'Trỏ tới sai loại bản ghi.', empty: 'Không được để trống.', noDay: 'Không có ngày này.', notNumber: 'Phải là một số.', tooLong: 'Nội dung quá dài.', wrongForm: 'Sai kiểu dữ liệu.', general: 'Nội dung chưa đúng quy định.',
  icd: {
    forbidden: 'Mã không được dùng theo quy tắc mã hóa, hãy chọn mã khác.', notMain: 'Mã không được làm bệnh chính, hãy chọn bệnh chính khác.', deathOnly: 'Mã chỉ dùng để ghi nguyên nhân tử vong.',
    discouraged: 'Mã không được khuyến khích dùng, hãy chọn mã cụ thể hơn nếu có.', sex: 'Mã không dùng cho giới tính của người bệnh.', tooMany: 'Một lượt khám có tối đa 12 bệnh kèm theo.',
  },
  paper: {
    referralTo: 'Hãy ghi cơ sở chuyển đến.', referralReason: 'Hãy chọn lý do chuyển.',
    followUpEarly: 'Ngày hẹn khám lại phải sau ngày khám.', leaveStart: 'Ngày bắt đầu nghỉ việc phải là ngày khám.', leaveSpan: 'Số ngày nghỉ việc phải từ 1 đến 30.',
    leaveParent: 'Trẻ dưới 7 tuổi: giấy nghỉ việc phải ghi họ tên cha hoặc mẹ. Nhờ tiếp đón bổ sung vào hồ sơ.',
  },
  at: '{place}: {message}',
}
