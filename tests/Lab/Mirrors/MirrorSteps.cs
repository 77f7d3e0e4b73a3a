using System.Globalization;
using System.Text.RegularExpressions;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Mirrors;

/// <summary>How long each step took in which a node became the writer of a mirror, in seconds. The agent's journal says it.</summary>
/// <param name="Lease">Until the node asked for the service: the lease, or a planned stop and export.</param>
/// <param name="Revoke">Weighing, and taking the drives away from the other node.</param>
/// <param name="Claim">The certificate; in a handover also the connections to the other node's drives.</param>
/// <param name="Reclaim">ZFS's check that nobody else writes, and its claim of this half; zero in a handover.</param>
/// <param name="Import">The import; in a handover with ZFS's check and claim.</param>
/// <param name="Open">Status, record, mounts.</param>
/// <param name="Start">From then to the first row that was acknowledged.</param>
public sealed partial record MirrorSteps(double Lease, double Revoke, double Claim, double Reclaim, double Import, double Open, double Start)
{
    // What ZFS waits by the clock, whatever the processor (MultihostTiming): a check of up to 2.5 times the time after which a writer
    // suspends itself, and ten intervals for the claim.
    private const double TakeoverWait = 12;
    private const double HandoverWait = 6;

    public double Total => Lease + Revoke + Claim + Reclaim + Import + Open + Start;

    /// <summary>Reads the steps of the last promotion on a node after a moment.</summary>
    /// <param name="node">Where it was.</param>
    /// <param name="since">When the fault or the order was.</param>
    /// <param name="lease">Seconds from then until the node asked for the service.</param>
    /// <param name="total">Seconds from then until rows were acknowledged.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<MirrorSteps> ReadAsync(LabNode node, DateTimeOffset since, double lease, double total, CancellationToken cancel)
    {
        var told = await node.ExpectAsync($"journalctl -u nodeagent --no-pager -o cat --since @{since.ToUnixTimeSeconds()} | grep 'after the promotion began'", cancel: cancel);
        return Parse(told, lease, total);
    }

    public static MirrorSteps Parse(string journal, double lease, double total)
    {
        var at = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (Match said in Phase().Matches(journal))
        {
            // A try that was begun again counts from its last beginning.
            var phase = said.Groups["phase"].Value;
            if (phase == Revoking)
            {
                at.Clear();
            }

            at[phase] = double.Parse(said.Groups["seconds"].Value, CultureInfo.InvariantCulture);
        }

        double At(string phase, double otherwise) => at.GetValueOrDefault(phase, otherwise);
        var claim = At("claiming the certificate", double.NaN);
        var import = At("importing", double.NaN);
        var reclaim = At("reclaiming", import);
        var (opening, open) = (At("opening", double.NaN), At("open", double.NaN));
        return new MirrorSteps(lease, claim, reclaim - claim, import - reclaim, opening - import, open - opening, total - lease - open);
    }

    /// <summary>On processors that are so many times faster only the work gets shorter; the lease and ZFS's waiting do not.</summary>
    public MirrorSteps Native(double slowdown)
    {
        double Work(double measured, double waited) => Math.Min(measured, waited) + (Math.Max(0, measured - waited) / slowdown);
        var isHandover = Reclaim == 0;
        return new MirrorSteps(
            Lease, Revoke / slowdown, Claim / slowdown, isHandover ? 0 : Work(Reclaim, TakeoverWait), isHandover ? Work(Import, HandoverWait) : Import / slowdown,
            Open / slowdown, Start / slowdown);
    }

    /// <summary>Worst and middle of each step.</summary>
    public static string Tell(string what, IReadOnlyList<MirrorSteps> all)
    {
        Spread Of(Func<MirrorSteps, double> step) => Spread.Of(all.Select(step));
        return $"{what}, worst/median of {all.Count} in seconds: lease {Of(one => one.Lease)}, revoke {Of(one => one.Revoke)}, claim {Of(one => one.Claim)}, "
            + $"reclaim {Of(one => one.Reclaim)}, import {Of(one => one.Import)}, open {Of(one => one.Open)}, start {Of(one => one.Start)}; in all {Of(one => one.Total)}";
    }

    public override string ToString() => FormattableString.Invariant(
        $"lease {Lease:F1}, revoke {Revoke:F1}, claim {Claim:F1}, reclaim {Reclaim:F1}, import {Import:F1}, open {Open:F1}, start {Start:F1}: {Total:F1} s");

    private const string Revoking = "taking the drives away from the other node";

    [GeneratedRegex("^.*: (?<phase>[^,:]+), (?<seconds>[0-9.]+) s after the promotion began", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Phase();
}
