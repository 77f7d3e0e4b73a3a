using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>How the agent's process ends, and what the next one begins with.</summary>
internal static class Processes
{
    private static readonly TimeSpan ReplacedWithin = TimeSpan.FromSeconds(90);

    /// <summary>It is killed, and systemd starts it again: the stay goes on if that is in time.</summary>
    public static void Kill(World world, SimMachine machine)
    {
        if (world.Agent(machine.Plan.Name) is not { IsAlive: true } agent || !machine.IsUp)
        {
            return;
        }

        var (session, sentAt, standing, boots) = (agent.State.Session, agent.State.Lease.SentAt, agent.State.Lease.Standing, machine.Boots);
        // systemd ends whatever the old process had begun.
        agent.End();
        machine.Releases++;
        world.Agenda.After(world.Draw(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(6), Purpose.Restart, machine.Index), () =>
        {
            if (machine.IsUp && machine.Boots == boots && !agent.IsAlive)
            {
                world.Tell(machine.Plan.Name, "its agent starts again");
                agent.Begin(session != 0 && standing is LeaseStanding.Held or LeaseStanding.Frozen ? NodeState.Resume(session, sentAt) : NodeState.Fresh);
            }
        });
    }

    /// <summary>It is replaced in order, as by an upgrade: the lease is made longer before and goes over to the next process.</summary>
    public static void Replace(World world, SimMachine machine)
    {
        if (world.Agent(machine.Plan.Name) is not { IsAlive: true } agent || !machine.IsUp)
        {
            return;
        }

        var name = machine.Plan.Name;
        var sentAt = machine.Clock;
        if (agent is { IsStill: false, State: { Session: not 0 and var session, IsShuttingDown: false, OwnsAny: true, IsGuarded: true } }
            && world.Network.ReachesStore(machine) && world.Store.Extend(name, session, ReplacedWithin))
        {
            world.Tell(name, FormattableString.Invariant($"makes its lease {ReplacedWithin.TotalSeconds:0} s longer for the next process"));
            agent.Take(new NodeInput.Renewed(session, sentAt.Add(ReplacedWithin * (1 - (2 * world.Timings.Choice.ClockError / 1_000_000)))), agent.Process);
            Kill(world, machine);
        }
        else
        {
            Leave(world, machine, () => Kill(world, machine));
        }
    }

    /// <summary>It lets go of everything in order. systemd waits for that, but not for ever.</summary>
    public static void Leave(World world, SimMachine machine, Action then)
    {
        if (!machine.IsUp)
        {
            return;
        }

        var agent = world.Agent(machine.Plan.Name);
        agent?.Take(new NodeInput.ShutdownBegan(), agent.Process);
        var boots = machine.Boots;
        Wait(90);

        void Wait(int seconds)
        {
            world.Agenda.After(TimeSpan.FromSeconds(1), () =>
            {
                if (machine.IsUp && machine.Boots == boots)
                {
                    if (seconds > 0 && agent is { IsAlive: true } && agent.State.Session != 0)
                    {
                        Wait(seconds - 1);
                    }
                    else
                    {
                        then();
                    }
                }
            });
        }
    }
}
