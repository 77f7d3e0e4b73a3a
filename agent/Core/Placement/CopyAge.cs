using NodeAgent.Core.Leases;

namespace NodeAgent.Core.Placement;

/// <summary>
/// How much older than it was told a copy may be by the time its writer is known to write no more. A writer counts as writing until its lease
/// has ended: if its agent is dead nothing freezes the services, and only the watchdog ends them, a moment before that.
/// </summary>
public static class CopyAge
{
    // Clocks of two nodes differ: as much is added to every age that is told.
    private const double Caution = 1.01;

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(3);

    /// <summary>How often copies are looked at without a reason.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long storage that hangs is waited for before what the other services have is told. Not longer than other nodes wait for this one: they
    /// would choose without what is about to come.
    /// </summary>
    public static TimeSpan LookWithin(Timings timings) => timings.Demote / 4 > ShortestPatience ? timings.Demote / 4 : ShortestPatience;

    /// <summary>How much older a copy may be than it was told, if its writer dies now: since the last look, and until the lease has ended.</summary>
    /// <param name="timings">All spans.</param>
    /// <param name="lookEvery">How often copies are looked at.</param>
    public static TimeSpan Grows(Timings timings, TimeSpan lookEvery) => (lookEvery + LookWithin(timings) + timings.Lease) * Caution;

    /// <summary>What a limit must be so that every takeover may be by itself: each copy is as old as an interval just before the next one is made.</summary>
    /// <param name="timings">All spans.</param>
    /// <param name="interval">How often copies are made.</param>
    public static TimeSpan LeastLimit(Timings timings, TimeSpan interval) => (interval * Caution) + Grows(timings, LookEvery);
}
