using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Everything is mended; soon every service must run, on one node, and nothing must happen any more.</summary>
internal static class Calm
{
    private const string Why = "all is mended";
    private static readonly TimeSpan OrderEvery = TimeSpan.FromSeconds(1);

    /// <summary>Mends everything, and orders everything to run.</summary>
    /// <param name="world">The world.</param>
    /// <param name="rest">How long everything may take to come to rest.</param>
    public static void Begin(World world, TimeSpan rest)
    {
        world.Agenda.After(rest, () => world.EpochsAtRest = world.Store.View.Record.Services.ToDictionary(service => service.Key, service => service.Value.Epoch, StringComparer.Ordinal));
        world.Tell("", "--- everything is mended");
        world.Network.RestoreAll();
        world.Copies.ResumeAll();
        world.Twins.EndAll();
        foreach (var machine in world.Machines)
        {
            machine.ComesBack = true;
            machine.Slowness = TimeSpan.FromMilliseconds(6);
            (machine.FenceWorks, machine.WatchdogFires, machine.HasWatchdog) = (true, true, machine.Plan.HasWatchdog);
            foreach (var service in machine.Services.Values)
            {
                service.Mend();
            }

            world.Power.On(machine, "gets power");
            var agent = world.Agent(machine.Plan.Name);
            agent?.Thaw();
            if (agent is { IsAlive: true })
            {
                agent.Take(new Core.Nodes.NodeInput.GuardTold(machine.HasWatchdog, machine.Deadline is not null), agent.Process);
            }
        }

        Order(world, rest / 8);
        world.Reached();
    }

    // Nobody takes an order while the nodes boot that hold the store.
    private static void Order(World world, TimeSpan again)
    {
        if (!world.Network.HasStore)
        {
            world.Agenda.After(OrderEvery, () => Order(world, again));
            return;
        }

        foreach (var agent in world.Agents)
        {
            world.Order(Orders.Undrain, agent.Machine.Plan.Name, Why);
        }

        world.Order(Orders.Arm, "", Why);
        foreach (var service in world.Store.View.Record.Services.Keys)
        {
            world.Order(Orders.Start, service, Why);
        }

        Accept(world, again);
    }

    // A loss can be accepted only once it is there: a lease may still have to end.
    private static void Accept(World world, TimeSpan again)
    {
        foreach (var service in world.Store.View.Record.Services.Keys)
        {
            world.Order(Orders.AcceptLoss, service, Why);
        }

        world.Twins.ConfirmAll(Why);
        world.Agenda.After(again, () => Accept(world, again));
    }

    public static void Judge(World world)
    {
        // What is bound to neighbours may have to wait for ever: that is what was asked for.
        var all = world.Store.View.Record.Services.Values;
        foreach (var service in all.Where(service => service.Policy.With.IsEmpty && service.Policy.Apart.IsEmpty
            && !all.Any(other => other.Policy.Apart.Contains(service.Policy.Name, StringComparer.Ordinal))))
        {
            var name = service.Policy.Name;
            if (world.EpochsAtRest.GetValueOrDefault(name) != service.Epoch)
            {
                world.Judge.Break("stays at rest", $"{name} went from epoch {world.EpochsAtRest.GetValueOrDefault(name)} to {service.Epoch} although nothing happened");
            }

            // What was broken before may fail once more, and the limits may allow no more than that.
            if (service is { Owner: null, IsGivenUp: true } && world.Judge.Limits.IsUsedUp(name))
            {
                continue;
            }

            if (world.Machines.Count(machine => machine.Writes(name)) != 1 || service.Phase != ServicePhase.Running)
            {
                var waits = world.Agents.Select(agent => agent.State.Waits.GetValueOrDefault(name)).FirstOrDefault(reason => reason is not null);
                world.Judge.Break("comes to rest", $"{name} is {service.Phase} on {service.Owner?.Node.Value ?? "no node"}: {waits ?? service.Reason}");
            }
        }
    }
}
