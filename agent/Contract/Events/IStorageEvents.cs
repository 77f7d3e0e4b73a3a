namespace NodeAgent.Contract;

/// <summary>Hints from the storage that something changed.</summary>
public interface IStorageEvents
{
    /// <summary>Events from now on. The stream may end at any time (its tool died); the host looks and subscribes again.</summary>
    IAsyncEnumerable<StorageEvent> WatchAsync(CancellationToken cancellation);
}
