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

    /// <summary>
    /// An operator says that what nothing else proves to be off is off: second machines that were let in last, and the boot before of a machine
    /// that was heard for long after it had ended, as where it was reset while its agent was replaced.
    /// </summary>
    public void ConfirmAll(string why)
    {
        var gone = agents.Select(twin => twin.Machine).Where(machine => !machine.HasPower && IsLast(machine)).Select(machine => machine.Plan.Name);
        var rebooted = world.Agents.Where(agent => agent.State.Another != 0 && Member(agent.Machine)?.Session == agent.State.Another && !IsLast(agent.Machine))
            .Select(agent => agent.Machine.Plan.Name);
        foreach (var name in gone.Union(rebooted, StringComparer.Ordinal).ToList())
        {
            world.Order(Orders.ConfirmDead, name, why);
        }
    }

    private bool IsLast(SimMachine machine) => Member(machine)?.BootId == machine.BootId;

    private Core.Views.MemberRecord? Member(SimMachine machine) => world.Store.View.Record.Member(new NodeId(machine.Plan.Name));

    private IEnumerable<SimAgent> All() => world.Agents.Concat(agents);
}
