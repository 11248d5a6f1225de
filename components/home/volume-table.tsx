import type { VolumePoint } from "./volume-chart";

/** The chart for who cannot see it. */
export function VolumeTable({ points }: { points: readonly VolumePoint[] }) {
  return (
    // The wrapper is what is hidden: a table that is clipped itself still widens the page in some browsers.
    <div className="sr-only">
      <table>
        <caption>Volume by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Captured</th>
            <th scope="col">Refunded</th>
            <th scope="col">Payments</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.date}>
              <th scope="row">{point.label}</th>
              <td>{point.volume.text}</td>
              <td>{point.refunded.text}</td>
              <td>{point.payments}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
