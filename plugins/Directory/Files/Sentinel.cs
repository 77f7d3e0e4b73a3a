namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>
/// Tells whether a file was written since. The modification time is set to a random moment in the past; every write
/// sets it to now, so no write can hide in the clock's tick as it could behind a plain time stamp.
/// </summary>
/// <param name="Ticks">The modification time that was set, in ticks of UTC.</param>
/// <param name="Exact">
/// True if no write was under way when it was set. A direct write that was may reach the disk later, unseen.
/// </param>
internal sealed record Sentinel(long Ticks, bool Exact)
{
    /// <summary>Sets one. What was written before is durable first, which also makes mapped pages fault again.</summary>
    public static Sentinel Set(string path, DateTimeOffset now)
    {
        using var file = SparseFile.OpenForReading(path);
        Libc.Sync(file, path);
        var quiet = OpenWriters.Any(path) == Contract.Answer.No;
        var past = BitConverter.ToUInt32(Guid.NewGuid().ToByteArray()) % TimeSpan.TicksPerSecond;
        var moment = new DateTime(now.UtcTicks - (2 * TimeSpan.TicksPerSecond) - past, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, moment);
        return new Sentinel(moment.Ticks, quiet);
    }

    /// <summary>True if nothing was written to the file since the sentinel was set.</summary>
    public bool Holds(string path)
    {
        using var file = SparseFile.OpenForReading(path);
        return File.GetLastWriteTimeUtc(file).Ticks == Ticks;
    }
}
