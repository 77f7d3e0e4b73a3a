namespace NodeAgent.Linux.Commands;

/// <summary>A program whose lines are read as they come.</summary>
internal sealed class CommandFollow : IAsyncDisposable
{
    private const int ErrorLimit = 64 * 1024;
    private readonly CommandRunner runner;
    private readonly Child child;
    private readonly RunningCommand running;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenSource ended = new();
    private readonly LineBuffer lines;
    private readonly Task watching;
    private readonly Task errors;
    private bool isAtEnd;

    public CommandFollow(CommandRunner runner, Child child, RunningCommand running, CancellationToken cancellation)
    {
        this.runner = runner;
        this.child = child;
        this.running = running;
        this.cancellation = cancellation;
        lines = new LineBuffer(runner.Options.LineLimit);
        errors = Pumps.KeepAsync(child.Error, new OutputBuffer(ErrorLimit), overLimit: null, ended.Token);
        watching = WatchAsync();
    }

    /// <summary>The next line; null when the program has ended.</summary>
    public async ValueTask<string?> NextLineAsync()
    {
        while (true)
        {
            if (lines.Take() is { } line)
            {
                return line;
            }

            if (isAtEnd)
            {
                return lines.TakeRest();
            }

            await ReadAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var exited = isAtEnd && !cancellation.IsCancellationRequested;
        if (exited)
        {
            // It closed its output; let it finish what it does after that.
            await runner.WithinGraceAsync(watching, cancellation);
        }

        runner.Options.Kill(child);
        await ended.CancelAsync();
        await Task.WhenAll(watching, errors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        child.Output.Dispose();
        _ = await runner.EndAsync(child, running, exited ? CommandEnd.Exited : CommandEnd.Cancelled);
        ended.Dispose();
    }

    private async Task ReadAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellation);
        int count;
        try
        {
            count = await child.Output.ReadAsync(lines.Free(), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The program is gone; a process that left its group may keep the pipe open for ever.
            count = Math.Max(0, child.Output.TryRead(lines.Free().Span));
        }

        cancellation.ThrowIfCancellationRequested();
        lines.Keep(count);
        isAtEnd = count == 0;
    }

    private async Task WatchAsync()
    {
        await child.ExitedAsync(ended.Token);
        runner.Options.Kill(child);
        await ended.CancelAsync();
    }
}
