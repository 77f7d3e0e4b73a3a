using System.Runtime.ExceptionServices;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>One program from its start to its end, with its streams and its deadline.</summary>
internal sealed class CommandRun(CommandRunner runner, Child child, Command command, RunningCommand running) : IDisposable
{
    private const int ErrorLimit = 64 * 1024;

    private readonly OutputBuffer output = new(command.OutputLimit);
    private readonly OutputBuffer error = new(ErrorLimit);
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource stopFeeding = new();
    private Exception? streamFailure;

    /// <summary>Runs it to its end. Afterwards it is reaped, or the runner has it among the stuck.</summary>
    public async Task<Outcome<CommandResult>> ToEndAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(command.Deadline, runner.Time);
        await using var onDeadline = deadline.Token.Register(stop.Cancel);
        await using var onCancel = cancellation.Register(stop.Cancel);

        var feeding = child.Input is { } input
            ? GuardAsync(Pumps.FeedAsync(command.Input!, input, runner.Time, stopFeeding.Token), stopFeeding.Token)
            : Task.CompletedTask;
        var reading = Task.WhenAll(
            GuardAsync(command.Output is { } sink
                ? Pumps.PassOnAsync(child.Output, sink, stop.Token)
                : Pumps.KeepAsync(child.Output, output, stop.Cancel, stop.Token), stop.Token),
            GuardAsync(Pumps.KeepAsync(child.Error, error, overLimit: null, stop.Token), stop.Token));

        var exited = await ExitedAsync();
        await stopFeeding.CancelAsync();
        runner.Options.Kill(child);
        if (exited)
        {
            await ReadToEndAsync(reading);
        }

        var wasStopped = stop.IsCancellationRequested;
        await stop.CancelAsync();
        await runner.WithinGraceAsync(Task.WhenAll(feeding, reading), CancellationToken.None);
        var end = Judge(wasStopped, cancellation);
        var exitCode = await runner.EndAsync(child, running, end);
        return Result(end, exitCode, cancellation);
    }

    public void Dispose()
    {
        stop.Dispose();
        stopFeeding.Dispose();
    }

    private async Task<bool> ExitedAsync()
    {
        try
        {
            await child.ExitedAsync(stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// The program is gone but not all it printed was read. A process that left its group may keep the pipe open for
    /// ever, while whoever takes the output may be slow for good reasons: only silence of the pipe ends the wait.
    /// </summary>
    private async Task ReadToEndAsync(Task reading)
    {
        while (!reading.IsCompleted && !stop.IsCancellationRequested)
        {
            var before = child.Output.Bytes + child.Error.Bytes;
            await runner.WithinGraceAsync(reading, stop.Token);
            if (child.Output.IsIdle && child.Error.IsIdle && before == child.Output.Bytes + child.Error.Bytes)
            {
                return;
            }
        }
    }

    private async Task GuardAsync(Task pump, CancellationToken wanted)
    {
        await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Once its end is wanted, nobody needs this pump any more, however it ended.
        if (pump.IsCompletedSuccessfully || wanted.IsCancellationRequested)
        {
            return;
        }

        var failure = pump.Exception?.InnerException ?? new TaskCanceledException(pump);
        _ = Interlocked.CompareExchange(ref streamFailure, failure, comparand: null);
        await stop.CancelAsync();
    }

    private CommandEnd Judge(bool wasStopped, CancellationToken cancellation) =>
        !wasStopped ? CommandEnd.Exited
        : cancellation.IsCancellationRequested ? CommandEnd.Cancelled
        : streamFailure is not null ? CommandEnd.StreamFailed
        : output.IsOverLimit && command.Output is null ? CommandEnd.OutputTooLarge
        : CommandEnd.TimedOut;

    private Outcome<CommandResult> Result(CommandEnd end, int? exitCode, CancellationToken cancellation)
    {
        switch (end)
        {
            case CommandEnd.Cancelled:
                throw new OperationCanceledException(cancellation);
            case CommandEnd.StreamFailed when streamFailure is not IOException:
                ExceptionDispatchInfo.Throw(streamFailure!);
                break;
            case CommandEnd.Exited when exitCode is { } code:
                return new CommandResult(
                    code, output.Text(), error.Text(), child.Input?.Bytes ?? 0, child.Output.Bytes);
        }

        var fault = CommandFaults.Of(end, command, running, streamFailure);
        return error.Text() is { Length: > 0 } said ? fault with { Native = said } : fault;
    }
}
