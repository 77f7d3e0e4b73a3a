using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Who has power, who boots, and who is reset.</summary>
internal sealed class Power(World world, TimeSpan boot)
{
    private readonly List<NodeReset> resets = [];

    /// <summary>The nodes that were reset.</summary>
    public IEnumerable<NodeReset> Resets => resets;

    /// <summary>It gets power, and has booted some time later.</summary>
    public void On(SimMachine machine, string why)
    {
        if (!machine.HasPower)
        {
            world.Tell(machine.Plan.Name, why);
            BeginBoot(machine);
        }
    }

    /// <summary>It is there at once: it booted before.</summary>
    public void Appear(SimMachine machine, string why)
    {
        world.Tell(machine.Plan.Name, why);
        Booted(machine);
    }

    public void Off(SimMachine machine, string why)
    {
        if (machine.HasPower)
        {
            world.Tell(machine.Plan.Name, why);
            Fall(machine);
        }
    }

    /// <summary>A reset: everything is gone, and the node boots again. One that boots begins anew.</summary>
    public void Reset(SimMachine machine, string why)
    {
        if (machine.HasPower)
        {
            resets.Add(new NodeReset(world.Time, machine.Plan.Name, why));
            Reboot(machine, $"reset: {why}");
        }
    }

    /// <summary>It goes down and boots again.</summary>
    public void Reboot(SimMachine machine, string why)
    {
        world.Tell(machine.Plan.Name, why);
        Fall(machine);
        BeginBoot(machine);
    }

    /// <summary>The watchdog, unless the guard hears of a later deadline before.</summary>
    public void WatchDeadline(SimMachine machine, Instant deadline)
    {
        var boots = machine.Boots;
        world.Agenda.At(machine.ResetAt(world.Timings, world.Share(Purpose.Watchdog, machine.Index)), () =>
        {
            if (!machine.IsUp || machine.Boots != boots || machine.Deadline != deadline)
            {
                return;
            }

            if (machine.WatchdogFires)
            {
                Reset(machine, "its watchdog was not fed: the lease was not renewed");
            }
            else
            {
                world.Tell(machine.Plan.Name, "should be reset by its watchdog, which was attested and does nothing: it may write on, and others will take its lease's end for proof that it does not");
            }
        });
    }

    /// <summary>Its device is gone. Where nothing is owned the guard says so; else it cannot feed what counts down, and that or the guard itself resets the node.</summary>
    public void LoseWatchdog(SimMachine machine)
    {
        if (!machine.HasWatchdog)
        {
            return;
        }

        machine.HasWatchdog = false;
        if (machine.Deadline is null)
        {
            var agent = world.Twins.AgentOf(machine);
            agent?.Take(new NodeInput.GuardTold(false, false), agent.Process);
            return;
        }

        var boots = machine.Boots;
        world.Agenda.After(SimMachine.FiresAfter(world.Timings, world.Share(Purpose.Watchdog, machine.Index)), () =>
        {
            if (machine is { IsUp: true, HasWatchdog: false, Deadline: not null } && machine.Boots == boots)
            {
                Reset(machine, "its watchdog is gone, and was not fed any more");
            }
        });
    }

    private void BeginBoot(SimMachine machine)
    {
        var attempt = machine.BeginBoot();
        world.Agenda.After(boot * (0.7 + world.Share(Purpose.Boot, machine.Index)), () =>
        {
            // Power that was lost meanwhile, or a reset, ended that boot.
            if (machine.IsBooting && machine.Attempt == attempt)
            {
                world.Tell(machine.Plan.Name, "has booted");
                Booted(machine);
            }
        });
    }

    private void Booted(SimMachine machine)
    {
        machine.Boot();
        world.StartAgent(machine);
        world.Reached();
    }

    private void Fall(SimMachine machine)
    {
        world.Twins.AgentOf(machine)?.End();
        machine.Die();
        foreach (var service in world.Services)
        {
            world.Judge.Look(service);
        }

        world.Reached();
    }
}
