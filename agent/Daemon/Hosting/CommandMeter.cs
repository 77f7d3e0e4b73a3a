using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Counts what programs do.</summary>
internal sealed class CommandMeter(AgentMetrics metrics) : ICommandObserver
{
    public void Refused(Command command, Fault fault)
    {
        // A refused command is the asker's fault; there it is counted.
    }

    public void Started(RunningCommand command) => metrics.CommandsRunning.Add(1, command.Tool);

    public void Ended(RunningCommand command, CommandEnd end, int? exitCode, TimeSpan duration)
    {
        metrics.CommandsRunning.Add(-1, command.Tool);
        metrics.CommandDuration.Observe(duration.TotalSeconds, command.Tool, command.Verb);
        if (end == CommandEnd.TimedOut)
        {
            metrics.CommandTimeouts.Add(1, command.Tool, command.Verb);
        }
        else if (exitCode is not 0)
        {
            metrics.CommandFailures.Add(1, command.Tool, command.Verb);
        }
    }

    public void Stuck(RunningCommand command) => metrics.StuckCommands.Add(1, command.Lane);

    public void Unstuck(RunningCommand command, TimeSpan duration) => metrics.StuckCommands.Add(-1, command.Lane);
}
