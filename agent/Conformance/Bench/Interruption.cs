using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>
/// Cuts an operation off: by its own token at the nth command or the nth word of progress, whichever the backend has.
/// </summary>
internal sealed class Interruption(int at, Action cut) : IProgress<OperationProgress>
{
    private int seen;

    public void Report(OperationProgress value)
    {
        if (seen++ == at)
        {
            cut();
        }
    }

    /// <summary>Runs an operation and cuts it off; how it ends is not told: that is the point.</summary>
    public static async Task RunAsync<T>(
        TestNode node,
        int at,
        Func<IProgress<OperationProgress>, CancellationToken, Task<Outcome<T>>> operationAsync,
        TestBench bench)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var progress = new Interruption(at, cancel.Cancel);
        var before = node.Commands?.Count ?? 0;
        if (node.Commands is { } commands)
        {
            commands.AfterCommand = number =>
            {
                if (number - before > at)
                {
                    cancel.Cancel();
                }
            };
        }

        try
        {
            _ = await operationAsync(progress, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The contract's only exception.
        }
        finally
        {
            if (node.Commands is { } wrapped)
            {
                wrapped.AfterCommand = null;
            }
        }
    }
}
