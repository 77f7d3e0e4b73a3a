using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Simulation.Failover;

/// <summary>Three nodes, one service, two faults: every pair at every one of some moments.</summary>
internal static class SmallScope
{
    // The second fault falls before, into and after the freeze, the demotion, the reset, the takeover.
    private static readonly double[] Gaps = [0.1, 1.7, 3.2, 4.1, 5.5, 9.4, 10.2, 10.9];

    public static IEnumerable<RehearsalPlan> Plans(IReadOnlyList<HappeningKind> faults) =>
        from first in faults
        from second in faults
        from gap in Gaps
        from node in new[] { "n1", "n2" }
        select Plan(new Happening(TimeSpan.FromSeconds(20), first, "n1", "n2", "db") { For = TimeSpan.FromSeconds(9) },
            new Happening(TimeSpan.FromSeconds(20 + gap), second, node, "n3", "db") { For = TimeSpan.FromSeconds(12) });

    /// <summary>
    /// An agent reads an answer long after it was asked for, hears nothing more, and stands still again: whoever counts the
    /// lease from anything but the question lets its services write too long.
    /// </summary>
    public static IEnumerable<RehearsalPlan> LateAnswers() =>
        from still in new[] { 2.0, 3.5, 4.5 }
        from again in new[] { 0.1, 0.6, 1.5 }
        from seed in new[] { 1, 2, 3 }
        select Plan(
            new Happening(TimeSpan.FromSeconds(15), HappeningKind.Slow, "n1") { For = TimeSpan.FromSeconds(2) },
            new Happening(TimeSpan.FromSeconds(20), HappeningKind.Freeze, "n1") { For = TimeSpan.FromSeconds(still) },
            new Happening(TimeSpan.FromSeconds(20.8), HappeningKind.Cut, "n1") { For = TimeSpan.FromSeconds(60) },
            new Happening(TimeSpan.FromSeconds(20 + still + again), HappeningKind.Freeze, "n1") { For = TimeSpan.FromSeconds(30) }) with { Seed = seed };

    /// <summary>A second machine boots under the name of the node that has the service, which is heard then; what befalls that node comes later.</summary>
    public static IEnumerable<RehearsalPlan> Twins(IReadOnlyList<HappeningKind> faults) =>
        from fault in faults
        from gap in Gaps
        select Plan(
            new Happening(TimeSpan.FromSeconds(13), HappeningKind.Twin, "n1") { For = TimeSpan.FromSeconds(37) },
            new Happening(TimeSpan.FromSeconds(20 + gap), fault, "n1", "n3", "db") { For = TimeSpan.FromSeconds(12) });

    /// <summary>The same where the node that has the service has no watchdog: the end of its lease proves nothing.</summary>
    public static IEnumerable<RehearsalPlan> UnwatchedTwins(IReadOnlyList<HappeningKind> faults) =>
        Twins(faults).Select(plan => plan with { Nodes = [plan.Nodes[0] with { HasWatchdog = false }, .. plan.Nodes.Skip(1)] });

    /// <summary>
    /// The store is restored from a backup that is older than what nodes wrote since; the node that it knows as the writer comes back with them,
    /// or later. Who is back first is said here, and not drawn: nobody takes any time to boot.
    /// </summary>
    public static IEnumerable<RehearsalPlan> Restores() => StaleWriters().Concat(RestoredTwice()).Concat(RestoredWhileAway()).Concat(RestoredBeforeTheFirst()).Select(plan => plan with { Boot = TimeSpan.Zero });

    private static IEnumerable<RehearsalPlan> RestoredWhileAway() =>
        from written in new[] { 2.0, 8.0, 14.0 }
        from later in new[] { 1.0, 4.0 }
        from kind in new[] { HappeningKind.RestoreStore, HappeningKind.RestoreStoreInPlace }
        select Plan(
            new Happening(TimeSpan.FromSeconds(15), HappeningKind.BackUpStore),
            new Happening(TimeSpan.FromSeconds(16), HappeningKind.PowerOff, "n1"),
            new Happening(TimeSpan.FromSeconds(29 + written), HappeningKind.PowerOff, "n2"),
            new Happening(TimeSpan.FromSeconds(29 + written), HappeningKind.PowerOff, "n3"),
            new Happening(TimeSpan.FromSeconds(44), kind),
            new Happening(TimeSpan.FromSeconds(45), HappeningKind.PowerOn, "n2"),
            new Happening(TimeSpan.FromSeconds(45), HappeningKind.PowerOn, "n3"),
            new Happening(TimeSpan.FromSeconds(45 + later), HappeningKind.PowerOn, "n1"));

    // When the backup was made nobody had ever had the service: its only node was off.
    private static IEnumerable<RehearsalPlan> RestoredBeforeTheFirst() =>
        from nodes in new[] { new[] { "n1", "n2", "n3" }, ["n2", "n3", "n1"] }
        let down = nodes.Select(node => new Happening(TimeSpan.FromSeconds(30), HappeningKind.PowerOff, node))
        let up = nodes.Select((node, number) => new Happening(TimeSpan.FromSeconds(45 + number), HappeningKind.PowerOn, node))
        select Plan(
            [
                new Happening(TimeSpan.FromSeconds(10), HappeningKind.BackUpStore), new Happening(TimeSpan.FromSeconds(15), HappeningKind.PowerOn, "n1"),
                .. down, new Happening(TimeSpan.FromSeconds(44), HappeningKind.RestoreStore), .. up,
            ]) into plan
        select plan with { Nodes = [plan.Nodes[0] with { IsOn = false }, .. plan.Nodes.Skip(1)] };

    // The node that the store knows as the writer is back alone: nobody's data is newer than its own. It went on for a while after the backup was
    // made: one that saw nothing later than that cannot know.
    private static IEnumerable<RehearsalPlan> StaleWriters() =>
        from written in new[] { 2.0, 8.0, 14.0 }
        from kind in new[] { HappeningKind.RestoreStore, HappeningKind.RestoreStoreInPlace }
        let off = TimeSpan.FromSeconds(41 + written)
        select Plan(
            new Happening(TimeSpan.FromSeconds(15), HappeningKind.BackUpStore),
            new Happening(TimeSpan.FromSeconds(28), HappeningKind.PowerOff, "n1"),
            new Happening(off, HappeningKind.PowerOff, "n2"), new Happening(off, HappeningKind.PowerOff, "n3"),
            new Happening(off, HappeningKind.PowerOff, "w1"), new Happening(off, HappeningKind.PowerOff, "w2"),
            new Happening(TimeSpan.FromSeconds(58), kind),
            new Happening(TimeSpan.FromSeconds(59), HappeningKind.PowerOn, "w1"), new Happening(TimeSpan.FromSeconds(59), HappeningKind.PowerOn, "w2"),
            new Happening(TimeSpan.FromSeconds(60), HappeningKind.PowerOn, "n1")) into plan
        select WithWitnesses(plan) with { CalmFrom = TimeSpan.FromSeconds(100) };

    // A service is settled in a restored store. One node is away then, and comes late, with and without having seen that; then all are off and the
    // store is restored once more, from a backup in which the service is settled. The writer of that backup is back alone.
    private static IEnumerable<RehearsalPlan> RestoredTwice() =>
        from written in new[] { 2.0, 8.0 }
        from kind in new[] { HappeningKind.RestoreStore, HappeningKind.RestoreStoreInPlace }
        let off = TimeSpan.FromSeconds(102 + written)
        select WithWitnesses(Plan(
            new Happening(TimeSpan.FromSeconds(15), HappeningKind.BackUpStore),
            new Happening(TimeSpan.FromSeconds(20), HappeningKind.PowerOff, "n1"),
            new Happening(TimeSpan.FromSeconds(40), HappeningKind.PowerOff, "n2"), new Happening(TimeSpan.FromSeconds(40), HappeningKind.PowerOff, "n3"),
            new Happening(TimeSpan.FromSeconds(40), HappeningKind.PowerOff, "w1"), new Happening(TimeSpan.FromSeconds(40), HappeningKind.PowerOff, "w2"),
            new Happening(TimeSpan.FromSeconds(42), HappeningKind.RestoreStore),
            new Happening(TimeSpan.FromSeconds(43), HappeningKind.PowerOn, "w1"), new Happening(TimeSpan.FromSeconds(43), HappeningKind.PowerOn, "w2"),
            new Happening(TimeSpan.FromSeconds(44), HappeningKind.PowerOn, "n2"), new Happening(TimeSpan.FromSeconds(44), HappeningKind.PowerOn, "n3"),
            new Happening(TimeSpan.FromSeconds(62), HappeningKind.AcceptLoss, Service: "db"),
            new Happening(TimeSpan.FromSeconds(70), HappeningKind.PowerOn, "n1"),
            new Happening(TimeSpan.FromSeconds(78), HappeningKind.BackUpStore),
            new Happening(TimeSpan.FromSeconds(90), HappeningKind.PowerOff, "n2"),
            new Happening(off, HappeningKind.PowerOff, "n1"), new Happening(off, HappeningKind.PowerOff, "n3"),
            new Happening(off, HappeningKind.PowerOff, "w1"), new Happening(off, HappeningKind.PowerOff, "w2"),
            new Happening(TimeSpan.FromSeconds(115), kind),
            new Happening(TimeSpan.FromSeconds(116), HappeningKind.PowerOn, "w1"), new Happening(TimeSpan.FromSeconds(116), HappeningKind.PowerOn, "w2"),
            new Happening(TimeSpan.FromSeconds(117), HappeningKind.PowerOn, "n2")) with { CalmFrom = TimeSpan.FromSeconds(150), Length = TimeSpan.FromSeconds(300) });

    private static RehearsalPlan WithWitnesses(RehearsalPlan plan) =>
        plan with { Nodes = [.. plan.Nodes, new NodePlan("w1") { HasAgent = false }, new NodePlan("w2") { HasAgent = false }] };

    /// <summary>A service fails once and then runs for longer than failures are remembered.</summary>
    public static RehearsalPlan LongRun() => Plan(
        new Happening(TimeSpan.Zero, HappeningKind.FailPromote, "n1", Service: "db"),
        new Happening(TimeSpan.FromSeconds(20), HappeningKind.Mend, "n1", Service: "db")) with { CalmFrom = null, Length = TimeSpan.FromMinutes(14) };

    private static RehearsalPlan Plan(params Happening[] happenings)
    {
        ImmutableArray<NodeId> nodes = [new("n1"), new("n2"), new("n3")];
        return new RehearsalPlan(
            [.. nodes.Select(node => new NodePlan(node.Value) { ClockError = node.Value == "n1" ? -500 : 500 })],
            [new ServicePlan(new ServicePolicy("db", nodes)) { CopyEvery = TimeSpan.FromSeconds(3) }],
            [.. happenings])
        {
            CalmFrom = TimeSpan.FromSeconds(55),
            Length = TimeSpan.FromSeconds(205),
        };
    }
}
