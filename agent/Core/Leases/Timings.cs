using NodeAgent.Contract;

namespace NodeAgent.Core.Leases;

/// <summary>
/// When what happens to a node that cannot renew its lease. All spans count from T_send: the moment, on the node's own boot
/// clock, just before the last renewal that was granted was sent. Source: the design, "Leases, guard, fencing".
/// </summary>
/// <param name="Choice">What it is computed from.</param>
/// <param name="Lease">The lease's length in the store: whole seconds.</param>
public sealed record Timings(TimingChoice Choice, TimeSpan Lease)
{
    // etcd grants nothing shorter.
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(2);
    private const double Million = 1_000_000;

    // On the slowest machine that was tried an agent was replaced within 27 s (tests/Lab, agent-upgrade).
    private const double LongestReplacement = 90;
    private const double ShortestReplacement = 30;

    /// <summary>How often the lease is renewed.</summary>
    public TimeSpan RenewEvery => Choice.Stall / 8;

    /// <summary>Services are frozen; a renewal thaws them.</summary>
    public TimeSpan Freeze => Choice.Stall * 0.75;

    /// <summary>Services are stopped and storage is demoted; nothing turns that back.</summary>
    public TimeSpan Demote => Choice.Stall;

    /// <summary>The guard feeds the watchdog no more.</summary>
    public TimeSpan GuardStop => Choice.Stall * 1.25;

    /// <summary>The node was reset, if it did not let go of everything before.</summary>
    public TimeSpan Reset => GuardStop + Choice.Device + Choice.DeviceSlack;

    /// <summary>No deadline further ahead is believed by a guard that was not told otherwise: nodeagent-guard --longest-lease.</summary>
    public static readonly TimeSpan UsualLongestLease = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How much longer the lease of an agent that is replaced is made: the next one must be there by then. As long as the guard believes the
    /// deadline that follows from it; null: that is too short for an agent to be replaced.
    /// </summary>
    /// <param name="longestLease">No deadline further ahead is believed by the guard.</param>
    public TimeSpan? ReplacedWithin(TimeSpan longestLease)
    {
        var seconds = Math.Min(LongestReplacement, Math.Floor((longestLease - GuardStop).TotalSeconds));
        return seconds >= ShortestReplacement ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>How long a survivor waits at least, measured on its own clock, even if both clocks err as much as they may.</summary>
    public TimeSpan ShortestWait => Lease / (1 + (Choice.ClockError / Million));

    /// <summary>How long a node has at most until it is reset, if its clock runs too slow.</summary>
    public TimeSpan LongestLife => Reset * (1 + (Choice.ClockError / Million));

    /// <summary>The whole argument, rule by rule.</summary>
    public IReadOnlyList<TimingRule> Rules =>
    [
        new("four renewals fit before services are frozen", RenewEvery * 4, Freeze, "one lost packet would freeze services", "Choose a longer stall tolerance."),
        new("services are frozen before storage is demoted", Freeze, Demote, "a write could be under way while its storage is taken", "This is a bug: report it."),
        new("storage is demoted before the guard stops", Demote, GuardStop, "a node that lets go in time would be reset all the same", "This is a bug: report it."),
        new("the watchdog outlasts the guard's own pauses", RenewEvery * 2, Choice.Device, "a healthy node would be reset", "Use a watchdog that takes a longer timeout."),
        new("the watchdog fires within four stall tolerances, or within 75 s", Choice.Device, LongestDevice, "a takeover would wait for the device for minutes; plan with it on purpose", "Raise the stall tolerance, or use a device that takes a shorter timeout."),
        new("the old writer is dead before a survivor may begin", LongestLife + Choice.Margin, ShortestWait, "two nodes could write one unit", "Choose a longer lease: that is a bug if it was computed."),
        new("the store grants so short a lease", ShortestLease, Lease, "the store would grant a longer one than is counted with", "Choose a longer stall tolerance."),
    ];

    // Proxmox's watchdog-mux has fixed 60 s, 2 s for its whole seconds, and a device of 10 s below it.
    private TimeSpan LongestDevice => TimeSpan.FromSeconds(Math.Max(75, 4 * Choice.Stall.TotalSeconds));

    /// <summary>Computes all from the choice; a fault names every rule that would be broken.</summary>
    public static Outcome<Timings> Compute(TimingChoice choice)
    {
        if (choice.Stall < TimeSpan.FromSeconds(1) || choice.Stall > TimeSpan.FromSeconds(60))
        {
            return Refused(choice, $"the stall tolerance must be from 1 s to 60 s, not {choice.Stall.TotalSeconds:0.###} s", "Choose 4 s, or 2 s for a fast takeover.");
        }

        if (choice.Device <= TimeSpan.Zero || choice.DeviceSlack < TimeSpan.Zero || choice.Margin < TimeSpan.Zero || choice.ClockError is < 0 or > 10_000)
        {
            return Refused(choice, "the watchdog's timeout must be longer than nothing, slack, margin and clock error must not be negative", "Correct the numbers.");
        }

        var error = choice.ClockError / Million;
        var draft = new Timings(choice, TimeSpan.Zero);
        var least = (draft.Reset * (1 + error)) + choice.Margin;
        var timings = draft with { Lease = TimeSpan.FromSeconds(Math.Max(ShortestLease.TotalSeconds, Math.Ceiling(least.TotalSeconds * (1 + error)))) };
        return timings.Judge();
    }

    /// <summary>The timings with another lease, such as the one that the store granted; refused if that would not be safe.</summary>
    public Outcome<Timings> WithLease(TimeSpan granted) => (this with { Lease = granted }).Judge();

    private Outcome<Timings> Judge()
    {
        var broken = Rules.Where(rule => !rule.Holds).ToList();
        return broken.Count == 0 ? this : Refused(
            Choice,
            string.Join("; ", broken.Select(rule => FormattableString.Invariant($"{rule.Name}: {rule.Smaller.TotalSeconds:0.###} s is more than {rule.Larger.TotalSeconds:0.###} s, {rule.Why}"))),
            string.Join(' ', broken.Select(rule => rule.Remedy).Distinct(StringComparer.Ordinal)));
    }

    private static Fault Refused(TimingChoice choice, string why, string next) => new(
        FaultCode.InvalidArgument, FormattableString.Invariant($"cannot work with a stall tolerance of {choice.Stall.TotalSeconds:0.###} s"), why, next, Retry.AfterFix);
}
