using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Rehearsal.Running;

/// <summary>How everything stands in the end: what the store says, and where that is out of date, what is true.</summary>
internal static class Endings
{
    /// <summary>Any box.</summary>
    public static NodeEnd Of(World world, SimMachine machine) => world.Agent(machine.Plan.Name) is { } agent ? Of(world, agent)
        : new NodeEnd(machine.Plan.Name, machine.IsUp, NodeStanding.Absent, LeaseEnd.Idle) { IsWitness = true, IsBooting = machine.IsBooting };

    /// <summary>A service.</summary>
    public static ServiceEnd Of(World world, ServiceRecord service)
    {
        var (name, view) = (service.Policy.Name, world.Store.View);
        var phase = Standings.Of(view, service);
        var place = world.Machines.Where(machine => machine.Holds(name)).OrderByDescending(machine => machine.Service(name).Epoch).FirstOrDefault();
        var owner = service.Owner is { } tenure ? world.Machine(tenure.Node.Value) : null;
        var isGone = view.IsHeld(service) && place != owner && (owner is { IsUp: false } || phase == ServicePhase.Running);
        var reason = isGone ? Gone(world, owner!) : Reason(world, service, phase);
        var held = view.IsHeld(service) && !isGone ? owner : null;
        return new ServiceEnd(
            name, isGone && phase != ServicePhase.Unmanaged ? ServicePhase.Waiting : phase, (place ?? held)?.Plan.Name, service.Epoch.Value, reason,
            (int)service.Epoch.Value, world.Judge.Lost(name), world.Judge.Down(name));
    }

    // The store may still know of a stay that the node itself has ended.
    private static NodeEnd Of(World world, SimAgent agent)
    {
        var (machine, view) = (agent.Machine, world.Store.View);
        var member = view.Record.Member(new NodeId(machine.Plan.Name));
        var standing = member is null ? NodeStanding.Absent : Standings.Of(view, member);
        var isKnownHere = standing is NodeStanding.Member or NodeStanding.Draining or NodeStanding.Drained;
        standing = isKnownHere && !machine.IsUp ? NodeStanding.Suspect
            : agent.IsAlive && (standing == NodeStanding.Absent || (isKnownHere && agent.State.Session == 0)) ? NodeStanding.Joining
            : standing;
        return new NodeEnd(machine.Plan.Name, machine.IsUp, standing, Lease(world, agent)) { IsBooting = machine.IsBooting };
    }

    // An agent that stands still believes what was true before.
    private static LeaseEnd Lease(World world, SimAgent agent)
    {
        var (state, machine) = (agent.State, agent.Machine);
        if (!agent.IsAlive || state.Lease.Standing == LeaseStanding.Idle)
        {
            return LeaseEnd.Idle;
        }

        var isOver = machine.Clock >= state.Lease.SentAt.Add(world.Timings.Lease) || !world.Store.View.IsLive(new NodeId(machine.Plan.Name), state.Session);
        return agent.IsStill && isOver ? LeaseEnd.Ended : state.Lease.Standing switch
        {
            LeaseStanding.Held => LeaseEnd.Held,
            LeaseStanding.Frozen => LeaseEnd.Frozen,
            _ => LeaseEnd.Demoting,
        };
    }

    private static string Gone(World world, SimMachine owner)
    {
        var what = owner.IsUp ? $"{owner.Plan.Name} has let go of it" : $"{owner.Plan.Name} is {(owner.IsBooting ? "booting" : "off")}";
        return world.Network.HasStore ? $"{what}; its lease has not ended yet" : $"{what}; no majority of the store's votes is left";
    }

    private static string Reason(World world, ServiceRecord service, ServicePhase phase)
    {
        // What runs is known best where it runs; of what waits any node can tell that sees the store.
        var told = world.Agents.Where(agent => agent is { IsAlive: true, State.Session: not 0 } && (phase != ServicePhase.Running || agent.Machine.Plan.Name == service.Owner?.Node.Value))
            .Select(agent => agent.State.Waits.GetValueOrDefault(service.Policy.Name)).FirstOrDefault(reason => reason is not null);
        return told is not null && phase is ServicePhase.Waiting or ServicePhase.Error or ServicePhase.Running ? told!
            : service.Reason.Length == 0 && phase == ServicePhase.Waiting && Proofs.About(world.Store.View, service) is { IsOk: false, Fault: var missing }
                ? $"{missing.Why}. {missing.NextStep}"
            : service.Reason;
    }
}
