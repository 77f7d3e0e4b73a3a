using NodeAgent.Core.Leases;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>What <c>nodeagent timings</c> shows; all spans in seconds.</summary>
/// <param name="Stall">S: how long a node may stall.</param>
/// <param name="Device">The watchdog's timeout that is counted with.</param>
/// <param name="From">Where the two were said.</param>
/// <param name="Steps">What happens when, counted from the last renewal that was granted.</param>
/// <param name="Rules">The argument, rule by rule.</param>
/// <param name="ReplacedWithin">How long an agent that is replaced may be away with a guard as it comes; null: its services are stopped or moved first.</param>
public sealed record TimingsReport(double Stall, double Device, string From, IReadOnlyList<TimingsStep> Steps, IReadOnlyList<TimingsRule> Rules, double? ReplacedWithin)
{
    /// <summary>The report of these timings.</summary>
    public static TimingsReport Of(Timings timings, string from) => new(
        timings.Choice.Stall.TotalSeconds,
        timings.Choice.Device.TotalSeconds,
        from,
        [
            new(timings.RenewEvery.TotalSeconds, "the lease is renewed, again and again"),
            new(timings.Freeze.TotalSeconds, "services are frozen; a renewal thaws them"),
            new(timings.Demote.TotalSeconds, "services are stopped, storage is demoted"),
            new(timings.GuardStop.TotalSeconds, "the guard feeds the watchdog no more"),
            new(timings.Reset.TotalSeconds, "the watchdog has reset the node at the latest"),
            new(timings.Lease.TotalSeconds, "the lease ends in the store: a survivor may begin"),
        ],
        [.. timings.Rules.Select(rule => new TimingsRule(rule.Name, rule.Smaller.TotalSeconds, rule.Larger.TotalSeconds, rule.Holds, rule.Why))],
        timings.ReplacedWithin(Timings.UsualLongestLease)?.TotalSeconds);
}
