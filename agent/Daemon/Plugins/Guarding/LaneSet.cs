namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>Lanes by name, each as wide as it was first asked for; gone when nobody uses them.</summary>
internal sealed class LaneSet(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);

    /// <summary>A place in a lane, to be disposed; null if none came free in time.</summary>
    public async Task<IDisposable?> TryEnterAsync(string name, int width, TimeSpan wait, CancellationToken cancellation)
    {
        var lane = Use(name, width);
        using var late = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            if (!await lane.Places.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            {
                await lane.Places.WaitAsync(either.Token);
            }

            return new Place(this, lane);
        }
        catch (OperationCanceledException)
        {
            Leave(lane);
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    private Lane Use(string name, int width)
    {
        lock (gate)
        {
            if (!lanes.TryGetValue(name, out var lane))
            {
                lane = new Lane(name, new SemaphoreSlim(width));
                lanes.Add(name, lane);
            }

            lane.Users++;
            return lane;
        }
    }

    private void Leave(Lane lane)
    {
        lock (gate)
        {
            if (--lane.Users == 0)
            {
                lanes.Remove(lane.Name);
                lane.Places.Dispose();
            }
        }
    }

    private sealed class Lane(string name, SemaphoreSlim places)
    {
        public string Name => name;

        public SemaphoreSlim Places => places;

        public int Users { get; set; }
    }

    private sealed class Place(LaneSet owner, Lane lane) : IDisposable
    {
        private int isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isLeft, 1) == 0)
            {
                lane.Places.Release();
                owner.Leave(lane);
            }
        }
    }
}
