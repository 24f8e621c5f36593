/** What the server finds wrong in what was sent, in the words of a person; web/fhir/issue-text.ts tells which. In Vietnamese. */
export default {
  missing: 'Còn thiếu.', many: 'Có quá nhiều mục ở đây.', notAllowed: 'Không được có mục này.', notInList: 'Mã không có trong danh mục được phép.', otherValue: 'Giá trị khác quy định.',
  wrongTarget: 'Trỏ tới sai loại bản ghi.', empty: 'Không được để trống.', noDay: 'Không có ngày này.', notNumber: 'Phải là một số.', tooLong: 'Nội dung quá dài.', wrongForm: 'Sai kiểu dữ liệu.', general: 'Nội dung chưa đúng quy định.',
  at: '{place}: {message}',
}
