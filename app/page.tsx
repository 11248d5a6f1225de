export default function Page() {
  return <h1 className="text-red-500">hi</h1>;
}
