using NodeAgent.Contract;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Second machines under the names of nodes. Each runs an agent, and holds none of the data.</summary>
internal sealed class Twins(World world)
{
    private readonly List<SimAgent> agents = [];

    public IReadOnlyList<SimAgent> Agents => agents;

    /// <summary>The agent on a machine, be it a twin or not.</summary>
    public SimAgent? AgentOf(SimMachine machine) => All().FirstOrDefault(agent => agent.Machine == machine);

    /// <summary>Tells every agent that the store changed.</summary>
    public void TellAll()
    {
        foreach (var agent in All())
        {
            agent.Tell();
        }
    }

    /// <summary>A new one gets power.</summary>
    public void Boot(string name, TimeSpan span)
    {
        var machine = new SimMachine(world.Machines.Length + agents.Count, world.Machine(name).Plan, world.Agenda) { IsTwin = true };
        agents.Add(new SimAgent(world, machine));
        world.Power.Appear(machine, $"a second machine has booted under the name {name}");
        if (span > TimeSpan.Zero)
        {
            world.Agenda.After(span, () => world.Power.Off(machine, $"the second machine under the name {name} is switched off"));
        }
    }

    /// <summary>All of them are switched off.</summary>
    public void EndAll()
    {
        foreach (var twin in agents.ToList())
        {
            world.Power.Off(twin.Machine, $"the second machine under the name {twin.Machine.Plan.Name} is switched off");
        }
    }

    /// <summary>An operator says of those that were let in last that they are off: without a watchdog nothing else proves it.</summary>
    public void ConfirmAll(string why)
    {
        foreach (var machine in agents.Select(twin => twin.Machine).Where(machine => !machine.HasPower
            && world.Store.View.Record.Member(new NodeId(machine.Plan.Name))?.BootId == machine.BootId))
        {
            world.Order(Orders.ConfirmDead, machine.Plan.Name, why);
        }
    }

    private IEnumerable<SimAgent> All() => world.Agents.Concat(agents);
}
