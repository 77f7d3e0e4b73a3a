using NodeAgent.Core.Nodes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Opens, starts, stops and closes services. What was begun before a release has no effect after it.</summary>
internal sealed class Parts(World world)
{
    public void Do(SimAgent agent, NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Promote promote:
                Run(agent, Purpose.Promote, Takes(world.Plan(promote.Service).OpenTakes, 30), Takes(world.Plan(promote.Service).OpenTakes, 400), () => Promote(agent, promote));
                break;
            case NodeEffect.Start start when MayWrite(agent, start.Session):
                Run(agent, Purpose.Start, Takes(world.Plan(start.Service).StartTakes, 50), Takes(world.Plan(start.Service).StartTakes, 800), () => Start(agent, start));
                break;
            case NodeEffect.Start start:
                Run(agent, Purpose.Start, 0, 1, () => TooLate(start));
                break;
            case NodeEffect.Prepare prepare:
                Run(agent, Purpose.Close, 50, 500, () => new NodeInput.Prepared(prepare.Service, prepare.Epoch, world.Copies.Send(agent.Machine, prepare.Service, prepare.Target.Value)));
                break;
            case NodeEffect.Stop stop:
                Run(agent, Purpose.Stop, 50, 900, () => Stop(agent.Machine, stop));
                break;
            case NodeEffect.Close close:
                Run(agent, Purpose.Close, 30, 400, () => Close(agent.Machine, close));
                break;
            case NodeEffect.Freeze freeze:
                world.Tell(agent.Machine.Plan.Name, $"freezes its services: {freeze.Reason}");
                SetFrozen(agent.Machine, true);
                break;
            case NodeEffect.Thaw:
                world.Tell(agent.Machine.Plan.Name, "lets its services go on: the lease was renewed");
                SetFrozen(agent.Machine, false);
                break;
            case NodeEffect.ReleaseAll release:
                var runsAny = agent.Machine.Services.Values.Any(service => service.IsOpen || service.IsRunning);
                world.Tell(agent.Machine.Plan.Name, $"{(runsAny ? "lets go of everything" : "sees that nothing runs")}: {release.Reason}");
                Release(agent);
                break;
            default:
                throw new InvalidOperationException($"nobody does {effect.GetType().Name}");
        }
    }

    private static double Takes(TimeSpan? given, double milliseconds) => given?.TotalMilliseconds ?? milliseconds;

    private void Run(SimAgent agent, Purpose purpose, double least, double most, Func<NodeInput> action)
    {
        var release = agent.Machine.Releases;
        world.Hands.Later(agent, purpose, least, most, () => agent.Machine.Releases == release ? action() : null);
    }

    private NodeInput.Started TooLate(NodeEffect.Start start)
    {
        world.Judge.Limits.Failed(start.Service);
        return new NodeInput.Started(start.Service, start.Epoch, "the lease was not renewed in time");
    }

    private bool MayWrite(SimAgent agent, long session) => agent.State.MayWrite(session, world.Timings, agent.Machine.Clock);

    private NodeInput Promote(SimAgent agent, NodeEffect.Promote promote)
    {
        var service = agent.Machine.Service(promote.Service);
        if (service.FailsToPromote || !MayWrite(agent, promote.Session))
        {
            world.Judge.Limits.Failed(promote.Service);
            return new NodeInput.Promoted(promote.Service, promote.Epoch, service.FailsToPromote ? "the units do not open" : "the lease was not renewed in time");
        }

        if (world.Mirrors.Claim(agent.Machine, promote.Service) is { } refused)
        {
            world.Judge.Limits.Failed(promote.Service);
            return new NodeInput.Promoted(promote.Service, promote.Epoch, refused);
        }

        (service.IsOpen, service.Epoch) = (true, promote.Epoch.Value);
        world.Judge.Look(promote.Service);
        return new NodeInput.Promoted(promote.Service, promote.Epoch, null);
    }

    private NodeInput Start(SimAgent agent, NodeEffect.Start start)
    {
        world.Judge.Limits.Starts(agent, start.Service, start.Epoch.Value);
        var service = agent.Machine.Service(start.Service);
        if (service.FailsToStart)
        {
            world.Judge.Limits.Failed(start.Service);
            return new NodeInput.Started(start.Service, start.Epoch, "it does not start");
        }

        service.IsRunning = true;
        world.Judge.Limits.Passed(start.Service);
        world.Judge.Look(start.Service);
        return new NodeInput.Started(start.Service, start.Epoch, null);
    }

    private NodeInput Stop(SimMachine machine, NodeEffect.Stop stop)
    {
        var service = machine.Service(stop.Service);
        if (service.FailsToStop && service.IsRunning)
        {
            world.Judge.Limits.Failed(stop.Service);
            return new NodeInput.Stopped(stop.Service, stop.Epoch, "it does not stop");
        }

        (service.IsRunning, service.IsFrozen) = (false, false);
        world.Judge.Look(stop.Service);
        return new NodeInput.Stopped(stop.Service, stop.Epoch, null);
    }

    private NodeInput Close(SimMachine machine, NodeEffect.Close close)
    {
        var service = machine.Service(close.Service);
        if (service.IsRunning)
        {
            return new NodeInput.Closed(close.Service, close.Epoch, null, "it is in use");
        }

        if (service.Hangs)
        {
            world.Judge.Limits.Failed(close.Service);
            return new NodeInput.Closed(close.Service, close.Epoch, null, "its disks answer nothing");
        }

        if (close.Target is { } target && world.Copies.Send(machine, close.Service, target.Value) is { } failure)
        {
            world.Judge.Limits.BeginAnew(close.Service);
            return new NodeInput.Closed(close.Service, close.Epoch, null, failure);
        }

        var handed = world.Copies.End(machine, close.Service, close.Epoch);
        service.IsOpen = false;
        world.Judge.Look(close.Service);
        return new NodeInput.Closed(close.Service, close.Epoch, handed, null);
    }

    private void SetFrozen(SimMachine machine, bool isFrozen)
    {
        foreach (var (name, service) in machine.Services)
        {
            service.IsFrozen = isFrozen && service.IsRunning;
            world.Judge.Look(name);
        }
    }

    private void Release(SimAgent agent)
    {
        var machine = agent.Machine;
        machine.Releases++;
        world.Hands.Later(agent, Purpose.Release, 10, 300, () =>
        {
            foreach (var (name, service) in machine.Services)
            {
                if (service is { FailsToStop: true, IsRunning: true } or { Hangs: true, IsOpen: true })
                {
                    return new NodeInput.ReleaseFailed($"{name} does not stop");
                }

                (service.IsOpen, service.IsRunning, service.IsFrozen) = (false, false, false);
                world.Judge.Look(name);
            }

            return new NodeInput.AllReleased();
        });
    }
}
