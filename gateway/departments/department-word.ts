/** Pure: how queries name departments, and reports their lines. */

/** The word for users without a department. No new department may have it as its id. */
const NO_DEPARTMENT = 'none';
/** Before an id that is a word: a department from before that was kept free. */
const ID_MARK = 'id:';

/** The id of the department that a query means; null for no department. */
export function departmentNamed(word: string): string | null {
  if (word === NO_DEPARTMENT) return null;
  return word.startsWith(ID_MARK) ? word.slice(ID_MARK.length) : word;
}

/** The word by which a query means the department with this id, or none. */
export function wordForDepartment(id: string | null): string {
  if (id === null) return NO_DEPARTMENT;
  return id === NO_DEPARTMENT ? ID_MARK + id : id;
}
