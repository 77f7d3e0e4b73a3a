using NodeAgent.Core.Leases;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Simulation.Failover;

/// <summary>
/// What was thought of later, drawn from a stream of its own: limits, slow devices, nodes that are off or drained as it begins, disks that
/// hang, witnesses that fail, operators who declare nodes dead, second machines, restored stores. Half of all plans get none of it.
/// </summary>
internal static class SwarmExtras
{
    private const int Stream = 1002;
    private static readonly HappeningKind[] OfServices = [HappeningKind.IgnoreService, HappeningKind.ResetService, HappeningKind.Hang, HappeningKind.Hang, HappeningKind.Mend];

    private static readonly HappeningKind[] OfWitnesses =
    [
        HappeningKind.PowerOff, HappeningKind.PowerOn, HappeningKind.Cut, HappeningKind.Restore, HappeningKind.CutOneWay, HappeningKind.Reset, HappeningKind.Reboot, HappeningKind.Shutdown,
    ];

    // Whoever heard it for so long knows that it is another machine.
    private static readonly TimeSpan TwinFrom = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TwinKnown = TimeSpan.FromSeconds(40);

    public static RehearsalPlan Add(RehearsalPlan plan)
    {
        var draw = new Chances(plan.Seed, Stream);
        if (draw.Below(2) == 0)
        {
            return plan;
        }

        plan = Begin(draw, plan);
        plan = plan with { Happenings = [.. plan.Happenings, .. Simple(draw, plan), .. Witnesses(draw, plan)] };
        plan = draw.Below(8) switch
        {
            0 => Twin(draw, plan),
            1 => Restored(draw, plan),
            2 or 3 or 4 => plan with { Happenings = [.. plan.Happenings, .. Enumerable.Range(0, 1 + draw.Below(4)).SelectMany(_ => Declared(draw, plan))] },
            _ => plan,
        };
        return plan with { Happenings = [.. plan.Happenings.OrderBy(what => what.At)] };
    }

    private static RehearsalPlan Begin(Chances draw, RehearsalPlan plan)
    {
        var (hasLimits, isEarly, isApart) = (draw.Below(2) == 0, draw.Below(2) == 0, draw.Below(3) == 0);
        return plan with
        {
            Choice = draw.Below(2) == 0 ? new TimingChoice(plan.Choice.Stall, TimeSpan.FromSeconds(draw.One([2, 4, 10, 30]))) : plan.Choice,
            Boot = TimeSpan.FromSeconds(draw.One([10, 30, 60])),
            HangLimit = TimeSpan.FromSeconds(draw.One([20, 60])),
            Nodes = [.. plan.Nodes.Select(node => !isEarly || !node.HasAgent ? node : node with { IsOn = draw.Below(6) != 0, IsDrained = draw.Below(6) == 0 })],
            Services = [.. plan.Services.Select(service => service with
            {
                Policy = service.Policy with
                {
                    RestartLimit = hasLimits ? draw.Below(4) : service.Policy.RestartLimit,
                    MoveLimit = hasLimits ? draw.One([0, 0, 1, 3]) : service.Policy.MoveLimit,
                    Apart = isApart && service.Policy is { Name: not "s1", Apart.IsEmpty: true } && draw.Below(2) == 0 ? ["s1"] : service.Policy.Apart,
                },
            })],
        };
    }

    private static List<Happening> Simple(Chances draw, RehearsalPlan plan) => [.. Enumerable.Range(0, draw.Below(10)).Select(_ => new Happening(
        At(draw), draw.One(OfServices), Agent(draw, plan), "", draw.One(plan.Services).Policy.Name))];

    private static IEnumerable<Happening> Witnesses(Chances draw, RehearsalPlan plan) => plan.Nodes.Where(node => !node.HasAgent).SelectMany(
        witness => Enumerable.Range(0, draw.Below(5)).Select(_ => new Happening(At(draw), draw.One(OfWitnesses), witness.Name, Agent(draw, plan)))).ToList();

    // An operator pulls the plug and says so: whatever else happens, the node cannot have booted by then.
    private static IEnumerable<Happening> Declared(Chances draw, RehearsalPlan plan)
    {
        var (node, at) = (Agent(draw, plan), At(draw) * 0.95);
        yield return new Happening(at, HappeningKind.PowerOff, node);
        yield return new Happening(at + (plan.Boot * (0.65 * draw.Share())), HappeningKind.ConfirmDead, node);
    }

    // A second machine that boots while the first is silent is let in: nobody could tell. Nothing happens before it is known. It would begin what
    // nobody had yet without the data that its name promises.
    private static RehearsalPlan Twin(Chances draw, RehearsalPlan plan)
    {
        var twin = new Happening(TwinFrom, HappeningKind.Twin, Agent(draw, plan)) { For = TimeSpan.FromSeconds(20 + (draw.Share() * 400)) };
        return plan with
        {
            Nodes = [.. plan.Nodes.Select(node => node with { IsOn = true })],
            Services = [.. plan.Services.Select(service => service with { IsNew = false })],
            Happenings = [twin, .. plan.Happenings.Where(what => what.At > TwinKnown)],
        };
    }

    // All nodes go off and the store is restored, and all come back together. If it says that it is the one that it was, they stay: changed again as
    // often as it had been, it hides from who comes late that it was restored ("Not seen" in agent/README.md).
    private static RehearsalPlan Restored(Chances draw, RehearsalPlan plan)
    {
        var backup = TimeSpan.FromSeconds(20 + (draw.Share() * 200));
        var off = backup + TimeSpan.FromSeconds(draw.Share() * 60);
        var restore = new Happening(off + TimeSpan.FromSeconds(2), draw.One([HappeningKind.RestoreStore, HappeningKind.RestoreStore, HappeningKind.RestoreStoreInPlace]));
        var isSeen = restore.Kind == HappeningKind.RestoreStore;
        return plan with
        {
            Happenings =
            [
                .. plan.Happenings.Where(what => what.At < off || (isSeen && what.At > restore.At + TimeSpan.FromSeconds(1))),
                new Happening(backup, HappeningKind.BackUpStore), restore,
                .. plan.Nodes.Select(node => new Happening(off, HappeningKind.PowerOff, node.Name)),
                .. plan.Nodes.Select(node => new Happening(restore.At + TimeSpan.FromSeconds(1), HappeningKind.PowerOn, node.Name)),
            ],
        };
    }

    private static TimeSpan At(Chances draw) => TimeSpan.FromSeconds(5 + (draw.Share() * 590));

    private static string Agent(Chances draw, RehearsalPlan plan) => draw.One([.. plan.Nodes.Where(node => node.HasAgent)]).Name;
}
