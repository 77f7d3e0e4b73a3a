using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Keeping;

/// <summary>
/// The images and saved states that labs have left, and what may go. Made anew they cost minutes; left alone they fill the disk
/// with some gigabytes a package.
/// </summary>
public sealed class LabCache(LabFolders folders)
{
    private const string UsedFile = "used";

    /// <summary>Says that nodes are about to be started from it: nobody deletes it then.</summary>
    public static void NoteUse(string folder)
    {
        if (Directory.Exists(folder))
        {
            File.WriteAllText(Path.Combine(folder, UsedFile), string.Empty);
        }
    }

    /// <summary>Deletes what need not be kept, and says so. Another that does it at this moment is left to it.</summary>
    /// <returns>Bytes that are free again.</returns>
    public long Prune(PrunePolicy policy)
    {
        using var alone = Exclusive.TryTake(Path.Combine(folders.Cache, "prune.lock"));
        if (alone is null)
        {
            return 0;
        }

        Empty(folders.Trash);
        var freed = 0L;
        foreach (var thing in PruneRules.Choose(Read(), policy, DateTime.UtcNow))
        {
            var bytes = BytesOf(thing.Folder);
            Say.Line($"cache: {thing.Kind} {Path.GetFileName(thing.Folder)}, last used {thing.UsedAt:yyyy-MM-dd HH:mm} UTC, goes: {bytes >> 20} MiB");
            freed += Delete(thing.Folder, bytes);
        }

        return freed + PruneWork();
    }

    /// <summary>Everything that is there now.</summary>
    public IReadOnlyList<StoredThing> Read()
    {
        var used = Disks().Select(DiskFile.BackingOf).OfType<string>().Select(file => Path.GetDirectoryName(file)!).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. FoldersIn(folders.Image(".")).Select(folder => new StoredThing(folder, "image", UsedAt(folder), [], used.Contains(folder))),
            .. FoldersIn(folders.Golden(".")).Select(folder => new StoredThing(folder, KindOf(folder), UsedAt(folder), StandsOn(folder), used.Contains(folder))),
        ];
    }

    /// <summary>True: nobody's disks are on it, and no other state's.</summary>
    public bool IsFree(string folder)
    {
        var path = Path.GetFullPath(folder);
        return !Read().Any(thing => (thing.Folder == path && thing.IsInUse) || thing.StandsOn.Contains(path, StringComparer.Ordinal));
    }

    /// <summary>Deletes a folder at once as far as anybody sees: a state of which half is left would be taken for one.</summary>
    public void Delete(string folder) => Delete(folder, BytesOf(folder));

    private long Delete(string folder, long bytes)
    {
        Directory.CreateDirectory(folders.Trash);
        Directory.Move(folder, Path.Combine(folders.Trash, $"{Path.GetFileName(folder)}-{Guid.NewGuid():N}"));
        Empty(folders.Trash);
        return bytes;
    }

    // A build that was killed leaves its tree; without the lock nobody builds.
    private long PruneWork()
    {
        using var building = Exclusive.TryTake(folders.BuildLock);
        var left = building is null ? [] : FoldersIn(folders.Work);
        var freed = left.Sum(BytesOf);
        foreach (var folder in left)
        {
            Say.Line($"cache: what a build left, {Path.GetFileName(folder)}, goes");
            Delete(folder, 0);
        }

        return freed;
    }

    // Of labs that run, or that a process has claimed: those of others are made anew when they begin.
    private IEnumerable<string> Disks() => FoldersIn(Path.GetDirectoryName(folders.Run)!).Where(IsBusy)
        .SelectMany(run => FoldersIn(run).Select(node => Path.Combine(node, "root.qcow2")));

    private static bool IsBusy(string run)
    {
        using var claim = Exclusive.TryTake(Path.Combine(run, "lock"));
        return claim is null || FoldersIn(run).Select(node => Path.Combine(node, "pid")).Any(file => File.Exists(file) && Directory.Exists($"/proc/{File.ReadAllText(file).Trim()}"));
    }

    private static string KindOf(string folder)
    {
        // IMAGE-FINGERPRINT, and of prepared ones -WAY-HASH.
        var words = Path.GetFileName(folder).Split('-');
        return words.Length < 4 ? "golden state" : $"state {string.Join('-', words[2..^1])}";
    }

    private static List<string> StandsOn(string folder) =>
        [.. Directory.GetFiles(folder, "*.qcow2").Select(DiskFile.BackingOf).OfType<string>().Select(file => Path.GetDirectoryName(file)!).Distinct(StringComparer.Ordinal)];

    private static DateTime UsedAt(string folder) =>
        new[] { UsedFile, "n1.done", "complete" }.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(Directory.GetLastWriteTimeUtc(folder)).Max();

    private static List<string> FoldersIn(string folder) => Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Select(Path.GetFullPath)] : [];

    // What is on the disk, not how long the files are: most have holes.
    private static long BytesOf(string folder)
    {
        var told = Shell.RunAsync(["du", "-s", "--block-size=1", folder], TimeSpan.FromMinutes(2), CancellationToken.None).GetAwaiter().GetResult();
        return long.TryParse(told.Output.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }

    // Not by Directory.Delete: a build's tree has devices, and is root's with odd permissions.
    private static void Empty(string trash)
    {
        if (Directory.Exists(trash))
        {
            _ = Shell.RunAsync(["rm", "-rf", "--one-file-system", trash], TimeSpan.FromMinutes(10), CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}
