namespace NodeAgent.Daemon.Metrics;

/// <summary>A few figures of the .NET runtime: enough to see a pause or a leak.</summary>
internal sealed class RuntimeSource : IMetricSource
{
    public string Collector => "runtime";

    public void Collect(AgentMetrics metrics)
    {
        for (var generation = 0; generation < Known.Generations.Length; generation++)
        {
            // The runtime counts a collection in every generation it touched.
            var older = generation + 1 < Known.Generations.Length ? GC.CollectionCount(generation + 1) : 0;
            metrics.DotnetGcCollections.Follow(Math.Max(0, GC.CollectionCount(generation) - older), Known.Generations[generation]);
        }

        metrics.DotnetGcPause.Follow(GC.GetTotalPauseDuration().TotalSeconds);
        metrics.DotnetGcAllocatedBytes.Follow(GC.GetTotalAllocatedBytes());
        metrics.DotnetGcHeapSizeBytes.Set(GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        metrics.DotnetThreadpoolThreads.Set(ThreadPool.ThreadCount);
        metrics.DotnetThreadpoolQueueLength.Set(ThreadPool.PendingWorkItemCount);
        metrics.DotnetTimers.Set(Timer.ActiveCount);
    }
}
