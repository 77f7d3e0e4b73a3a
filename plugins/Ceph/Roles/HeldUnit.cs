using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>
/// A unit that this process holds: a client instance of its own, so that shutting it out harms no other unit, and all
/// images open with a lock that is never given away. Or without a lock, if the kernel writes and this process only makes
/// snapshots and the like. Members block unless told otherwise.
/// </summary>
internal sealed class HeldUnit(string unit, Connection connection, bool isLocked = true) : IDisposable
{
    private readonly ConcurrentDictionary<string, ImageHandle> images = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> ids = new(StringComparer.Ordinal);
#pragma warning disable CA2213 // Never disposed: a write that hangs may still be inside.
    private readonly ReaderWriterLockSlim writing = new();
#pragma warning restore CA2213
    private int users;
    private int closed;

    public Connection Connection => connection;

    /// <summary>The epoch it was promoted at.</summary>
    public long Epoch { get; set; }

    /// <summary>A demotion has begun: what it has closed is not opened again until it is promoted.</summary>
    public bool IsClosing { get; set; }

    /// <summary>The snapshot of a rollback that has not ended: until it is repeated nothing is written; null if there is none.</summary>
    public string? RollingBack { get; set; }

    /// <summary>Streams that are open for writing. Does not block.</summary>
    public int Users => Volatile.Read(ref users);

    /// <summary>False once it is being closed. Does not block.</summary>
    public bool IsOpen => Volatile.Read(ref closed) == 0;

    /// <summary>Opens a volume's image and takes its lock, if it is to have one.</summary>
    public Outcome Attach(string volume, string what)
    {
        if (images.ContainsKey(volume))
        {
            return Outcome.Done;
        }

        var opened = ImageCalls.Open(connection.Io, Keys.Image(unit, volume), null, write: true, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        var code = isLocked ? Rbd.AcquireLock(opened.Value, Rbd.LockExclusive) : 0;
        var owns = isLocked ? 0 : 1;
        code = code < 0 || !isLocked ? code : Rbd.OwnsLock(opened.Value, out owns);
        if (code < 0 || owns == 0)
        {
            opened.Value.Dispose();
            return CephFaults.From(code < 0 ? code : -Errno.ReadOnly, what, $"lock of {Keys.Image(unit, volume)}");
        }

        var id = ImageCalls.Id(opened.Value, what);
        if (!id.IsOk)
        {
            opened.Value.Dispose();
            return id.Fault;
        }

        ids[volume] = id.Value;
        images[volume] = opened.Value;
        return Outcome.Done;
    }

    /// <summary>Closes a volume's image.</summary>
    public void Detach(string volume)
    {
        if (images.TryRemove(volume, out var image))
        {
            image.Dispose();
        }
    }

    /// <summary>The volumes whose images are held. Does not block.</summary>
    public IReadOnlyCollection<string> Volumes => [.. images.Keys];

    /// <summary>An image that is held; null if there is none. Does not block.</summary>
    public ImageHandle? Image(string volume) => images.GetValueOrDefault(volume);

    /// <summary>The id of an image that is held; null if there is none. Does not block.</summary>
    public string? IdOf(string volume) => images.ContainsKey(volume) ? ids.GetValueOrDefault(volume) : null;

    /// <summary>True if every image is still this instance's own. Asks memory only: the cluster tells of a loss by itself.</summary>
    public bool OwnsAll() => IsOpen && (!isLocked || images.Values.All(image => Rbd.OwnsLock(image, out var owns) >= 0 && owns != 0));

    /// <summary>Volumes whose names mean another image than the one that is held. Asked through <paramref name="io"/>.</summary>
    public Outcome<IReadOnlyList<string>> Exchanged(IoHandle io, string what) =>
        // One that is deleted meanwhile is not held any more.
        ExchangedImages.Find(io, unit, ids.Where(one => images.ContainsKey(one.Key)), what).Map<IReadOnlyList<string>>(all => [.. all.Where(images.ContainsKey)]);

    /// <summary>A write, unless a snapshot is being made: then after it.</summary>
    public T Write<T>(Func<T> write)
    {
        writing.EnterReadLock();
        try
        {
            return write();
        }
        finally
        {
            writing.ExitReadLock();
        }
    }

    /// <summary>Something between writes: none is under way.</summary>
    public T Between<T>(Func<T> act)
    {
        writing.EnterWriteLock();
        try
        {
            return act();
        }
        finally
        {
            writing.ExitWriteLock();
        }
    }

    public void AddUser() => Interlocked.Increment(ref users);

    public void RemoveUser() => Interlocked.Decrement(ref users);

    /// <summary>From now on nothing is written through it. Does not block.</summary>
    public void Shut() => Volatile.Write(ref closed, 1);

    /// <summary>Makes everything acknowledged durable.</summary>
    public Outcome Flush(string what)
    {
        foreach (var image in images.Values)
        {
            var code = Rbd.Flush(image);
            if (code < 0)
            {
                return CephFaults.From(code, what, "flushing");
            }
        }

        return Outcome.Done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Shut();
        foreach (var volume in images.Keys.ToList())
        {
            Detach(volume);
        }

        connection.Dispose();
    }
}
