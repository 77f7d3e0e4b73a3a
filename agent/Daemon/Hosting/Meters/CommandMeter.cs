using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Counts what programs do.</summary>
internal sealed class CommandMeter(AgentMetrics metrics) : ICommandObserver
{
    private const int LongestVerb = 24;
    private readonly ConcurrentDictionary<string, bool> tools = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> lanes = new(StringComparer.Ordinal);

    /// <summary>The tools that ran since the agent started: those that do not run now are shown with 0.</summary>
    public IEnumerable<string> Tools => tools.Keys;

    /// <summary>The lanes that were used since the agent started.</summary>
    public IEnumerable<string> Lanes => lanes.Keys;

    /// <summary>What a command works on. Plugins put the rest of the lane's name behind a colon: it names one volume.</summary>
    public static string LaneOf(RunningCommand command) =>
        command.Lane.Split(':')[0] is { Length: > 0 } lane ? lane : "none";

    public void Refused(Command command, Fault fault)
    {
        // A refused command is the asker's fault; there it is counted.
    }

    public void Started(RunningCommand command)
    {
        tools.TryAdd(command.Tool, true);
        lanes.TryAdd(LaneOf(command), true);
        metrics.CommandFailures.Add(0, command.Tool, VerbOf(command));
        metrics.CommandTimeouts.Add(0, command.Tool, VerbOf(command));
    }

    public void Ended(RunningCommand command, CommandEnd end, int? exitCode, TimeSpan duration)
    {
        var verb = VerbOf(command);
        metrics.CommandDuration.Observe(duration, command.Tool, verb);
        if (end == CommandEnd.TimedOut)
        {
            metrics.CommandTimeouts.Increment(command.Tool, verb);
        }
        else if (end is CommandEnd.OutputTooLarge or CommandEnd.StreamFailed || (end == CommandEnd.Exited && exitCode is not 0))
        {
            metrics.CommandFailures.Increment(command.Tool, verb);
        }
    }

    public void Stuck(RunningCommand command)
    {
        // A scrape reads the runner's own list.
    }

    public void Unstuck(RunningCommand command, TimeSpan duration)
    {
        // A scrape reads the runner's own list.
    }

    // A verb may be a command's first argument, which may be anything: a path, a name. Those would be endless.
    private static string VerbOf(RunningCommand command)
    {
        var verb = command.Verb;
        var isWord = verb.Length is > 0 and <= LongestVerb && char.IsAsciiLetterLower(verb[0])
            && verb.All(letter => char.IsAsciiLetterLower(letter) || letter is '-' or ' ');
        return isWord ? verb : "other";
    }
}
