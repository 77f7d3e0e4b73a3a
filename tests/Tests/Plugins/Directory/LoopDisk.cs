using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>A file system in a file, mounted for one test. Without root, its tools or the kernel's part the test is skipped.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private const long Size = 512L * 1024 * 1024;
    private readonly TempFolder folder = new();
    private readonly CommandRunner runner = new(new CommandRunnerOptions(), TimeProvider.System);
    private bool isMounted;

    /// <summary>Where it is mounted.</summary>
    public string Folder => folder["mount"];

    public static async Task<LoopDisk> MakeAsync(string kind)
    {
        var disk = new LoopDisk();
        if (await disk.PrepareAsync(kind) is { } why)
        {
            await disk.DisposeAsync();
            Assert.Inconclusive($"{kind}: {why}");
        }

        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        if (isMounted)
        {
            _ = await RunAsync("umount", Folder);
        }

        folder.Dispose();
    }

    private async Task<string?> PrepareAsync(string kind)
    {
        Directory.CreateDirectory(Folder);
        using (var image = File.Create(folder["image"]))
        {
            image.SetLength(Size);
        }

        var why = await RunAsync($"mkfs.{kind}", "-q", folder["image"]) ?? await RunAsync("mount", "-o", "loop", folder["image"], Folder);
        isMounted = why is null;
        return why;
    }

    private async Task<string?> RunAsync(string program, params string[] arguments)
    {
        var ran = await runner.RunAsync(new Command(program, arguments), CancellationToken.None);
        return !ran.IsOk ? ran.Fault.ToString() : ran.Value.ExitCode == 0 ? null : $"{program}: {ran.Value.ErrorOutput}";
    }
}
