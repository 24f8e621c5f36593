/** Texts of the kit in Vietnamese. */
export default {
  close: 'Đóng',
  cancel: 'Hủy',
  save: 'Lưu',
  retry: 'Thử lại',
  loading: 'Đang tải…',
  clearField: 'Xóa {label}',
  datePlaceholder: 'dd/mm/yyyy',
  dateWrong: 'Ngày chưa đúng. Nhập ngày/tháng/năm, ví dụ 05/03/1980.',
  required: 'Chưa nhập mục này.',
  noMatch: 'Không có mục nào khớp.',
  searching: 'Đang tìm…',
  lookupFailed: 'Chưa tra được danh mục. Hãy thử lại.',
  yes: 'Có',
  no: 'Không',
}
