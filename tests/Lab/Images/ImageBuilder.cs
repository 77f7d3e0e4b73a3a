using System.Diagnostics;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Images;

/// <summary>Builds the image from Debian packages, unless one of the same recipe is there.</summary>
public sealed class ImageBuilder(LabFolders folders)
{
    private static readonly TimeSpan RootLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ModulesLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PackLimit = TimeSpan.FromMinutes(5);

    public async Task<LabImage> EnsureAsync(CancellationToken cancel, bool rebuild = false)
    {
        var image = LabImage.Of(folders);
        if (image.IsComplete && !rebuild)
        {
            return image;
        }

        await HostPackages.EnsureAsync(cancel);
        using var alone = await Exclusive.TakeAsync(folders.BuildLock, "another build", cancel);
        if (image.IsComplete && !rebuild)
        {
            return image;
        }

        var began = Stopwatch.GetTimestamp();
        var work = Path.Combine(folders.Work, image.Hash + "-" + Environment.ProcessId);
        Directory.CreateDirectory(work);
        try
        {
            await StepAsync("root tree from packages", RootLimit, cancel, "build-root.sh", LabFolders.Guest, work);
            var kernel = (await File.ReadAllTextAsync(Path.Combine(work, "kernel"), cancel)).Trim();
            var zfs = (await File.ReadAllTextAsync(Path.Combine(work, "zfs"), cancel)).Trim();
            var modules = await ModulesAsync(kernel, zfs, work, cancel);
            // A golden state refers to the disk it was taken from.
            foreach (var stale in Directory.Exists(folders.Golden(".")) ? Directory.GetDirectories(folders.Golden("."), image.Hash + "*") : [])
            {
                Directory.Delete(stale, recursive: true);
            }

            await StepAsync("packing the disk", PackLimit, cancel, "pack.sh", work, modules, image.Folder);
            await StepAsync("QEMU from packages", PackLimit, cancel, "qemu.sh", Path.Combine(image.Folder, "qemu"));
            await File.WriteAllTextAsync(Path.Combine(image.Folder, "complete"), $"kernel {kernel}\nzfs {zfs}\n", cancel);
        }
        finally
        {
            await Shell.RunAsync(["rm", "-rf", "--one-file-system", work], PackLimit, CancellationToken.None);
        }

        Say.Line($"image {image.Hash} built in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        return image;
    }

    private async Task<string> ModulesAsync(string kernel, string zfs, string work, CancellationToken cancel)
    {
        var modules = folders.Modules(kernel, zfs);
        if (File.Exists(modules))
        {
            Say.Line($"zfs {zfs} modules for {kernel}: cached");
            return modules;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(modules)!);
        await StepAsync($"zfs {zfs} modules for {kernel}", ModulesLimit, cancel, "build-modules.sh", kernel, modules, work);
        return modules;
    }

    private async Task StepAsync(string what, TimeSpan limit, CancellationToken cancel, string script, params string[] arguments)
    {
        Say.Line($"{what} …");
        var began = Stopwatch.GetTimestamp();
        var done = await Shell.RunAsync(["bash", Path.Combine(LabFolders.Recipe, script), .. arguments], limit, cancel);
        Directory.CreateDirectory(folders.Artifacts);
        var log = Path.Combine(folders.Artifacts, "build-" + Path.GetFileNameWithoutExtension(script) + ".log");
        await File.WriteAllTextAsync(log, done.Output + done.Errors, CancellationToken.None);
        if (!done.Ok)
        {
            throw new LabFailure($"{what}: {done.Describe()}\nThe whole log is in {log}");
        }

        Say.Line($"{what}: {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
    }
}
