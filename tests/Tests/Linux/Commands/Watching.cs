using System.Collections.Concurrent;

using NodeAgent.Contract;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Tests.Linux.Commands;

/// <summary>Writes down what an observer is told.</summary>
internal sealed class Watching : ICommandObserver
{
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Seen { get; } = new();

    public Task Gone => gone.Task;

    public void Refused(Command command, Fault fault) => Seen.Enqueue($"refused {command.Tool} {fault.Code}");

    public void Started(RunningCommand command) => Seen.Enqueue($"started {command.Tool} {command.Verb}");

    public void Ended(RunningCommand command, CommandEnd end, int? exitCode, TimeSpan duration) =>
        Seen.Enqueue($"{end} {command.Tool} {exitCode} {duration.TotalSeconds:0}s");

    public void Stuck(RunningCommand command) => Seen.Enqueue($"stuck {command.Tool}");

    public void Unstuck(RunningCommand command, TimeSpan duration)
    {
        Seen.Enqueue($"unstuck {command.Tool}");
        gone.SetResult();
    }
}
