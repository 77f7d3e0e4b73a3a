namespace NodeAgent.Lab.Failover;

/// <summary>A failover as the outside writers saw it.</summary>
/// <param name="From">Who had the service.</param>
/// <param name="To">Who answered next.</param>
/// <param name="RtoSeconds">From the fault to the first row that the next one acknowledged.</param>
/// <param name="DecidedSeconds">From the fault until the next one asked for the service: the lease, in real time; NaN: not told.</param>
/// <param name="Lost">Rows that had been acknowledged and are not there.</param>
/// <param name="LostSeconds">How much time the lost rows span.</param>
/// <param name="StatedSeconds">What the agent said that would be lost at most.</param>
public sealed record Takeover(int From, int To, double RtoSeconds, double DecidedSeconds, long Lost, double LostSeconds, double StatedSeconds)
{
    /// <summary>On processors that are so many times faster only the work gets shorter; the lease does not.</summary>
    public double NativeSeconds(double slowdown) => DecidedSeconds + ((RtoSeconds - DecidedSeconds) / slowdown);

    public override string ToString() => FormattableString.Invariant(
        $"node{From} to node{To}: answers after {RtoSeconds:F1} s (decided after {DecidedSeconds:F1} s), {Lost} rows lost, {LostSeconds:F1} s of them; stated: at most {StatedSeconds:F1} s");
}
