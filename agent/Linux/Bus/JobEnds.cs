namespace NodeAgent.Linux.Bus;

/// <summary>The jobs that ended while somebody listened, so that one that ended early is not missed.</summary>
internal sealed class JobEnds
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> ended = [];
    private readonly TaskCompletionSource<string> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? awaited;

    /// <summary>Hears JobRemoved.</summary>
    public void Hear(BusReader reader)
    {
        _ = reader.UInt32();
        var job = reader.ObjectPath();
        _ = reader.Text();
        var result = reader.Text();
        if (reader.IsGarbled)
        {
            return;
        }

        lock (gate)
        {
            if (awaited is null)
            {
                ended[job] = result;
            }
            else if (awaited == job)
            {
                _ = source.TrySetResult(result);
            }
        }
    }

    /// <summary>The result of a job, now or later.</summary>
    public Task<string> EndOfAsync(string job)
    {
        lock (gate)
        {
            awaited = job;
            if (ended.TryGetValue(job, out var result))
            {
                _ = source.TrySetResult(result);
            }
        }

        return source.Task;
    }
}
