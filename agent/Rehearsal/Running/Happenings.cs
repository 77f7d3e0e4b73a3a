using NodeAgent.Core.Wishes;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Does to the cluster what a plan says.</summary>
internal static class Happenings
{
    public static void Do(World world, Happening what)
    {
        var length = what.For > TimeSpan.Zero ? FormattableString.Invariant($" for {what.For.TotalSeconds:0.##} s") : "";
        var about = string.Join(' ', new[] { what.Service, what.Other }.Where(part => part.Length > 0).Prepend(what.Word ?? what.Kind.ToString()));
        world.Tell(what.Kind == HappeningKind.Move ? "" : what.Node, what.Kind == HappeningKind.Move ? $"--- {about} to {what.Node}" : $"--- {about}{length}");
        if (Idle.Why(world, what) is { } nothing)
        {
            world.Tell(what.Node, $"nothing changes: {nothing}");
        }

        if (!OnNode(world, what) && !OnLinks(world, what) && !OnService(world, what))
        {
            Ordered(world, what);
        }
    }

    private static bool OnNode(World world, Happening what)
    {
        var machine = what.Node.Length > 0 ? world.Machine(what.Node) : null;
        switch (what.Kind)
        {
            case HappeningKind.PowerOff:
                world.Power.Off(machine!, "loses power");
                break;
            case HappeningKind.PowerOn:
                world.Power.On(machine!, "gets power");
                break;
            case HappeningKind.Reset:
                world.Power.Reset(machine!, "somebody reset it");
                break;
            case HappeningKind.Freeze:
                world.Agent(what.Node)!.Freeze(what.For > TimeSpan.Zero ? world.Agenda.Now + (what.For.Ticks * 100) : long.MaxValue / 4);
                break;
            case HappeningKind.Thaw:
                world.Agent(what.Node)!.Thaw();
                break;
            case HappeningKind.Stall:
                Stall(world, machine!, what.For);
                break;
            case HappeningKind.RestartAgent:
                Processes.Kill(world, machine!);
                break;
            case HappeningKind.Twin:
                world.Twins.Boot(what.Node, what.For);
                break;
            case HappeningKind.ReplaceAgent:
                Processes.Replace(world, machine!);
                break;
            case HappeningKind.Reboot or HappeningKind.Shutdown:
                GoDown(world, machine!, what.Kind == HappeningKind.Reboot);
                break;
            case HappeningKind.LoseWatchdog:
                world.Power.LoseWatchdog(machine!);
                break;
            case HappeningKind.WatchdogFails:
                machine!.WatchdogFires = false;
                break;
            case HappeningKind.FenceFails:
                machine!.FenceWorks = false;
                break;
            default:
                return false;
        }

        return true;
    }

    private static bool OnLinks(World world, Happening what)
    {
        switch (what.Kind)
        {
            case HappeningKind.Cut:
                world.Network.Cut(what.Node);
                break;
            case HappeningKind.Restore:
                world.Network.Restore(what.Node);
                world.Machine(what.Node).Slowness = TimeSpan.FromMilliseconds(6);
                break;
            case HappeningKind.Slow:
                world.Machine(what.Node).Slowness = what.For;
                break;
            case HappeningKind.CutPair:
                world.Network.Cut(what.Node, what.Other);
                world.Network.Cut(what.Other, what.Node);
                break;
            case HappeningKind.CutOneWay:
                world.Network.Cut(what.Node, what.Other);
                break;
            case HappeningKind.RestorePair:
                world.Network.Restore(what.Node, what.Other);
                break;
            case HappeningKind.StoreLoss:
                world.Network.IsStoreLost = true;
                break;
            case HappeningKind.StoreBack:
                world.Network.IsStoreLost = false;
                break;
            case HappeningKind.BackUpStore:
                world.Store.BackUp();
                break;
            case HappeningKind.RestoreStore or HappeningKind.RestoreStoreInPlace when Idle.Why(world, what) is null:
                world.Store.Restore(what.Kind == HappeningKind.RestoreStore);
                break;
            case HappeningKind.RestoreStore or HappeningKind.RestoreStoreInPlace:
                break;
            default:
                return false;
        }

        world.Reached();
        return true;
    }

    private static bool OnService(World world, Happening what)
    {
        var service = what.Node.Length > 0 && what.Service.Length > 0 ? world.Machine(what.Node).Service(what.Service) : new SimService();
        switch (what.Kind)
        {
            case HappeningKind.FailStart:
                service.FailsToStart = true;
                break;
            case HappeningKind.FailPromote:
                service.FailsToPromote = true;
                break;
            case HappeningKind.FailStop:
                service.FailsToStop = true;
                break;
            case HappeningKind.Hang:
                (service.HungSince, service.FailsToPromote, service.FailsToStop) = (service.HungSince ?? world.Agenda.Now, true, true);
                world.Judge.Look(what.Service);
                break;
            case HappeningKind.LoseDisk when Idle.Why(world, what) is null:
                service.HasLostDisk = true;
                world.Mirrors.LoseDisk(what.Service, what.Node);
                break;
            case HappeningKind.LoseDisk:
                break;
            case HappeningKind.Mend:
                service.Mend();
                world.Judge.Look(what.Service);
                break;
            case HappeningKind.Break:
                Break(world, what.Service);
                break;
            case HappeningKind.StopCopying:
                world.Copies.Pause(what.Service);
                break;
            case HappeningKind.ResumeCopying:
                world.Copies.Resume(what.Service);
                break;
            default:
                return false;
        }

        return true;
    }

    private static void Ordered(World world, Happening what)
    {
        var (order, of) = what.Kind switch
        {
            HappeningKind.Drain => (Orders.Drain, what.Node),
            HappeningKind.Undrain => (Orders.Undrain, what.Node),
            HappeningKind.Move => (Orders.Move, what.Service),
            HappeningKind.StopService => (Orders.Stop, what.Service),
            HappeningKind.StartService => (Orders.Start, what.Service),
            HappeningKind.IgnoreService => (Orders.Ignore, what.Service),
            HappeningKind.ResetService => (Orders.Reset, what.Service),
            HappeningKind.AcceptLoss => (Orders.AcceptLoss, what.Service),
            HappeningKind.ConfirmDead => (Orders.ConfirmDead, what.Node),
            HappeningKind.Disarm => (Orders.Disarm, ""),
            HappeningKind.Arm => (Orders.Arm, ""),
            _ => throw new InvalidOperationException($"nobody does {what.Kind}"),
        };
        if (!world.Network.HasStore)
        {
            world.Tell("", "nobody takes the order: the store does not answer");
        }
        else if (world.Order(order, of, "an operator", order == Orders.Move ? what.Node : null) != WishAnswer.Done)
        {
            world.Tell("", order switch
            {
                Orders.ConfirmDead => $"the order is refused: {what.Node} renews its lease",
                Orders.AcceptLoss => $"the order is refused: the lease of whoever has {what.Service} has not ended, so there is no loss yet",
                _ => "the order is refused",
            });
        }
    }

    private static void Stall(World world, SimMachine machine, TimeSpan span)
    {
        if (!machine.IsUp)
        {
            return;
        }

        machine.StalledUntil = Math.Max(machine.StalledUntil, world.Agenda.Now + (span.Ticks * 100));
        Look(world, machine);
        world.Mirrors.Look();
        var boots = machine.Boots;
        world.Agenda.At(machine.StalledUntil, () =>
        {
            if (machine.IsUp && machine.Boots == boots && !machine.IsStalled)
            {
                Look(world, machine);
                world.Mirrors.Look();
                var agent = world.Agent(machine.Plan.Name);
                agent?.Resume(agent.Process);
            }
        });
    }

    private static void Look(World world, SimMachine machine)
    {
        foreach (var service in machine.Services.Keys)
        {
            world.Judge.Look(service);
        }
    }

    private static void GoDown(World world, SimMachine machine, bool isReboot) => Processes.Leave(world, machine, () =>
    {
        if (isReboot)
        {
            world.Power.Reboot(machine, "reboots as ordered");
        }
        else if (machine.ComesBack)
        {
            // A shutdown may wait long for the store, and end when everything was to be on again.
            world.Power.Reboot(machine, "is off as ordered, and is switched on again");
        }
        else
        {
            world.Power.Off(machine, "is off as ordered");
        }
    });

    private static void Break(World world, string service)
    {
        foreach (var machine in world.Machines.Where(machine => machine.Writes(service)))
        {
            machine.Service(service).IsRunning = false;
            world.Judge.Look(service);
            Monitor.Look(world, service);
        }
    }
}
