using System.Runtime.CompilerServices;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>Stands between a backend and its tools.</summary>
internal sealed class FailingCommands(ICommands inner) : ICommands
{
    /// <summary>What is printed instead: neither a table, nor JSON, nor empty.</summary>
    private const string Garbage = "\u0001}{ Segmentation\tfault\n\n???\u00ff\t\t-1\n";

    private int count;

    public CommandFailure Failure { get; set; }

    /// <summary>Commands asked for so far.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Called when a command has ended, before its backend learns of it; with the command's number.</summary>
    public Action<int>? AfterCommand { get; set; }

    /// <summary>The longest deadline asked for.</summary>
    public TimeSpan LongestDeadline { get; private set; }

    public async Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref count);
        LongestDeadline = command.Deadline > LongestDeadline ? command.Deadline : LongestDeadline;
        switch (Failure)
        {
            case CommandFailure.Garbage:
                return new CommandResult(0, Garbage, "", 0, Garbage.Length);
            case CommandFailure.TimesOut:
                return new Fault(
                    FaultCode.TimedOut, $"{command.Tool} did not end", $"its deadline of {command.Deadline} passed",
                    "Look at what it did before trying again.", Retry.AfterLook);
            case CommandFailure.Hangs:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                break;
            default:
                break;
        }

        var result = await inner.RunAsync(command, cancellation);
        AfterCommand?.Invoke(number);
        cancellation.ThrowIfCancellationRequested();
        return result;
    }

    public async IAsyncEnumerable<string> FollowAsync(
        Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Failure != CommandFailure.None)
        {
            yield return Garbage;
            yield break;
        }

        await foreach (var line in inner.FollowAsync(command, cancellation))
        {
            yield return line;
        }
    }
}
