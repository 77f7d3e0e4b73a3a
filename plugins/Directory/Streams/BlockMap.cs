using System.Buffers.Binary;
using System.Security.Cryptography;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Streams;

/// <summary>
/// The SHA-256 of each 64 KiB block of a snapshot of a volume. Two maps tell what changed; a map kept after its
/// snapshot is a bookmark; the hash of a map proves a copy.
/// </summary>
internal sealed class BlockMap
{
    public const int BlockSize = 64 * 1024;

    private const int HashSize = SHA256.HashSizeInBytes;
    private const int HeadSize = 16;

    private static readonly byte[] ZeroHash = SHA256.HashData(new byte[BlockSize]);

    private readonly byte[] hashes;

    private BlockMap(long size, byte[] hashes)
    {
        Size = size;
        this.hashes = hashes;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, size);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(length);
        digest.AppendData(hashes);
        Digest = digest.GetHashAndReset();
    }

    /// <summary>The volume's size in bytes.</summary>
    public long Size { get; }

    /// <summary>The number of blocks; the last may be short.</summary>
    public long Blocks => hashes.Length / HashSize;

    /// <summary>Stands for the whole content.</summary>
    public byte[] Digest { get; }

    public ReadOnlySpan<byte> this[long block] => hashes.AsSpan((int)block * HashSize, HashSize);

    /// <summary>The map of a snapshot, from its file if there is one, else by reading the content.</summary>
    public static Outcome<BlockMap> Of(
        UnitFolder folder, SnapshotRecord snapshot, string volume, Disk disk, CancellationToken cancellation)
    {
        var guid = snapshot.Guids[volume];
        if (Load(folder.MapFile(guid)) is { } kept)
        {
            return kept;
        }

        var map = Read(folder.SnapshotFile(snapshot.Name, volume), cancellation);
        try
        {
            map.Save(folder.MapFile(guid), disk);
        }
        catch (IOException)
        {
            // The file only spares the next reading: a full disk must not stop a send.
        }

        return map;
    }

    /// <summary>Reads content and makes its map. Holes are not read.</summary>
    public static BlockMap Read(string path, CancellationToken cancellation)
    {
        using var file = SparseFile.OpenForReading(path);
        var size = RandomAccess.GetLength(file);
        var blocks = (size + BlockSize - 1) / BlockSize;
        var made = new byte[checked((int)(blocks * HashSize))];
        for (var block = 0; block < blocks; block++)
        {
            ZeroHash.CopyTo(made, block * HashSize);
        }

        var buffer = new byte[BlockSize];
        long next = 0;
        foreach (var (offset, length) in SparseFile.RunsOf(file))
        {
            var last = (offset + length - 1) / BlockSize;
            for (var block = Math.Max(next, offset / BlockSize); block <= last; block++)
            {
                cancellation.ThrowIfCancellationRequested();
                HashBlock(file, block, buffer, made);
                next = block + 1;
            }
        }

        return new BlockMap(size, made);
    }

    /// <summary>A kept map, or null if there is none or it is damaged: it can be made again.</summary>
    public static BlockMap? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeadSize + HashSize || !bytes.AsSpan(0, 8).SequenceEqual("NADMAP1\n"u8))
        {
            return null;
        }

        var body = bytes.AsSpan(0, bytes.Length - HashSize);
        var size = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
        var map = body[HeadSize..].ToArray();
        var fits = size >= 0 && (size + BlockSize - 1) / BlockSize * HashSize == map.Length;
        return fits && SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)) ? new BlockMap(size, map) : null;
    }

    public void Save(string path, Disk disk)
    {
        var bytes = new byte[HeadSize + hashes.Length + HashSize];
        "NADMAP1\n"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Size);
        hashes.CopyTo(bytes, HeadSize);
        SHA256.HashData(bytes.AsSpan(0, HeadSize + hashes.Length)).CopyTo(bytes, HeadSize + hashes.Length);
        disk.Replace(path, bytes);
    }

    /// <summary>True if the block reads as zeros.</summary>
    public bool IsZero(long block) => this[block].SequenceEqual(ZeroHash);

    /// <summary>True if these bytes are what the block was.</summary>
    public bool Matches(long block, ReadOnlySpan<byte> padded) => SHA256.HashData(padded).AsSpan().SequenceEqual(this[block]);

    /// <summary>The runs in which this map differs from an older one; against null, all that is not zeros.</summary>
    public IEnumerable<Extent> ChangesSince(BlockMap? older)
    {
        Extent? run = null;
        for (long block = 0; block < Blocks; block++)
        {
            var zero = IsZero(block);

            // What lies beyond the older size was not there: zeros are no news in a file that grew.
            var same = older is not null && block < older.Blocks ? this[block].SequenceEqual(older[block]) : zero;
            if (same)
            {
                continue;
            }

            var offset = block * BlockSize;
            var length = Math.Min(BlockSize, Size - offset);
            if (run is { } open && open.Offset + open.Length == offset && open.IsZero == zero)
            {
                run = open with { Length = open.Length + length };
                continue;
            }

            if (run is { } done)
            {
                yield return done;
            }

            run = new Extent(offset, length, zero);
        }

        if (run is { } lastRun)
        {
            yield return lastRun;
        }
    }

    private static void HashBlock(Microsoft.Win32.SafeHandles.SafeFileHandle file, long block, byte[] buffer, byte[] hashes)
    {
        // The last, short block is hashed as if zeros followed: growing by a hole changes nothing.
        Array.Clear(buffer);
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(filled), (block * BlockSize) + filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        SHA256.HashData(buffer, hashes.AsSpan((int)block * HashSize, HashSize));
    }
}
