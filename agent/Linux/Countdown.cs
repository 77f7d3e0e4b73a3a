namespace NodeAgent.Linux;

/// <summary>What is left of a time that several steps share.</summary>
internal readonly struct Countdown(TimeProvider time, TimeSpan total)
{
    private readonly long started = time.GetTimestamp();

    /// <summary>All of it.</summary>
    public TimeSpan Total => total;

    /// <summary>Never below zero.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = total - time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>True once nothing is left.</summary>
    public bool IsOver => Left == TimeSpan.Zero;

    /// <summary>Awaits a task for as long as there is time; false if it did not end. The task goes on.</summary>
    public async Task<bool> AwaitAsync(Task task, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(Left, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return task.IsCompleted;
        }
    }

    /// <summary>A pause, or what is left if that is shorter.</summary>
    public Task PauseAsync(TimeSpan pause, CancellationToken cancellation) =>
        Task.Delay(pause < Left ? pause : Left, time, cancellation);
}
