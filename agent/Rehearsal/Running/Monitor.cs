using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Looks whether what shall run does run. What is not managed is not looked at.</summary>
internal static class Monitor
{
    /// <summary>How often everything is looked at.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Tells the agent that has a service if it broke down.</summary>
    public static void Look(World world, string service)
    {
        foreach (var agent in world.Agents.Where(agent => agent is { IsAlive: true, Machine: { IsUp: true, IsStalled: false } }))
        {
            var seen = agent.Machine.Service(service);
            var isHung = HasHung(world, agent, seen);
            if (agent.State.Services.GetValueOrDefault(service) is { Phase: LocalPhase.Running } local && (isHung || !seen.IsRunning)
                && agent.State.View?.Record.Service(service)?.Wanted == WantedState.Running)
            {
                world.Judge.Limits.Failed(service);
                agent.Take(new NodeInput.Failed(service, local.Epoch, isHung ? "its disks answer nothing" : "it broke down", isHung), agent.Process);
                continue;
            }

            if (agent.State.Services.GetValueOrDefault(service) is { Phase: LocalPhase.Running } runs && world.Mirrors.Unsuited(agent.Machine, service) is var why && why != runs.Unsuited)
            {
                agent.Take(new NodeInput.Unsuited(service, runs.Epoch, why), agent.Process);
            }
        }
    }

    // A process that has just begun knows nothing of what it did not see.
    private static bool HasHung(World world, SimAgent agent, SimService seen) =>
        seen.HungSince is { } since && world.Agenda.Now - Math.Max(since, agent.Since) >= world.HangLimit.Ticks * 100;
}
