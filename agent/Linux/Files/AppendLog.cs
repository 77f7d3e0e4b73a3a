using Microsoft.Win32.SafeHandles;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Files;

/// <summary>
/// A log of records on disk. What <see cref="Append(ReadOnlyMemory{byte})"/> acknowledged is there after a power cut, and a batch
/// is there whole or not at all. One process at a time may open it. Not for several threads.
/// </summary>
public sealed class AppendLog : IDisposable
{
    private readonly string path;
    private readonly FileLock ownership;
    private SafeFileHandle file;
    private ulong salt;
    private Fault? broken;

    private AppendLog(string path, FileLock ownership, SafeFileHandle file, LogScan scan)
    {
        this.path = path;
        this.ownership = ownership;
        this.file = file;
        salt = scan.Salt;
        Records = scan.Records;
        Torn = scan.Torn;
        Length = scan.SoundBytes;
    }

    /// <summary>The records that were there when it was opened, oldest first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records { get; }

    /// <summary>What was cut off when it was opened; null if nothing was.</summary>
    public TornTail? Torn { get; }

    /// <summary>Bytes on disk.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Opens a log, or makes an empty one. Faults: open elsewhere is <see cref="FaultCode.Busy"/>; damage that is not a
    /// torn end is <see cref="FaultCode.Corruption"/> with fact "offset", and nothing is changed.
    /// </summary>
    public static Outcome<AppendLog> Open(string path)
    {
        var taken = FileLock.TryTake(path + ".lock");
        if (!taken.IsOk)
        {
            return taken.Fault;
        }

        var opened = Open(path, taken.Value);
        if (!opened.IsOk)
        {
            taken.Value.Dispose();
        }

        return opened;
    }

    /// <summary>Appends one record and waits until it is on disk.</summary>
    public Outcome Append(ReadOnlyMemory<byte> record) => Append([record]);

    /// <summary>
    /// Appends records as one batch and waits until it is on disk. After a failed flush nobody knows what is on disk:
    /// then the log takes nothing more until it is opened again.
    /// </summary>
    public Outcome Append(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (broken is not null)
        {
            return broken;
        }

        var batch = LogFormat.Batch(salt, Length, records);
        var errno = Disk.WriteAll(file, batch);
        if (errno != 0)
        {
            var fault = Errno.FileFault($"cannot append to {path}", errno);
            if (LibC.ftruncate(file, Length) < 0 || Disk.Flush(file) != 0)
            {
                broken = fault;
            }

            return fault;
        }

        errno = Disk.Flush(file);
        if (errno != 0)
        {
            broken = Errno.FileFault($"cannot append to {path}", errno);
            return broken;
        }

        Length += batch.Length;
        return Outcome.Done;
    }

    /// <summary>Replaces all records by these, whole or not at all: for a log that has grown long.</summary>
    public Outcome Rewrite(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (broken is not null)
        {
            return broken;
        }

        var header = LogFormat.NewHeader();
        var newSalt = LogFormat.Salt(header)!.Value;
        byte[] content = records.Count == 0
            ? header
            : [.. header, .. LogFormat.Batch(newSalt, header.Length, records)];
        var written = AtomicFile.Write(path, content);
        if (!written.IsOk)
        {
            // If the new file took the old one's name all the same, this one must not be appended to.
            broken = HasSalt(salt) ? null : written.Fault;
            return written;
        }

        if (OpenForAppend(path) is not { } next)
        {
            broken = Errno.FileFault($"cannot append to {path}", Errno.Last);
            return broken;
        }

        file.Dispose();
        (file, salt, Length) = (next, newSalt, content.Length);
        return Outcome.Done;
    }

    /// <summary>Closes it and lets others open it.</summary>
    public void Dispose()
    {
        file.Dispose();
        ownership.Dispose();
    }

    private bool HasSalt(ulong expected) =>
        ReadAll(path, string.Empty) is { IsOk: true } content && LogFormat.Salt(content.Value) == expected;

    private static Outcome<AppendLog> Open(string path, FileLock ownership)
    {
        var what = $"cannot open the log {path}";
        if (!File.Exists(path) && AtomicFile.Write(path, LogFormat.NewHeader()) is { IsOk: false } failed)
        {
            return failed.Fault;
        }

        var content = ReadAll(path, what);
        if (!content.IsOk)
        {
            return content.Fault;
        }

        var scan = LogScan.Of(path, content.Value);
        if (!scan.IsOk)
        {
            return scan.Fault;
        }

        var opened = OpenForAppend(path);
        if (opened is null)
        {
            return Errno.FileFault(what, Errno.Last);
        }

        if (scan.Value.Torn is not null && (LibC.ftruncate(opened, scan.Value.SoundBytes) < 0 || Disk.Flush(opened) != 0))
        {
            var errno = Errno.Last;
            opened.Dispose();
            return Errno.FileFault(what, errno);
        }

        return new AppendLog(path, ownership, opened, scan.Value);
    }

    private static SafeFileHandle? OpenForAppend(string path) =>
        Descriptor.Open(path, LibC.WriteOnly | LibC.Append | LibC.NoFollow);

    private static Outcome<byte[]> ReadAll(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                FaultCode.DataPathUnavailable, what, failure.Message, "Look at the kernel log of this node.", Retry.AfterFix);
        }
    }
}
