using System.Runtime.InteropServices;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The kernel's door for new paths, which takes a line and does not come back: a pipe that is full.</summary>
internal sealed class HangingFabrics : IDisposable
{
    private const int Capacity = 65536;
    private readonly FileStream pipe;

    public HangingFabrics(string device)
    {
        File.Delete(device);
        Assert.AreEqual(0, MakePipe(device, 0x180), "mkfifo");
        pipe = new FileStream(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        pipe.Write(new byte[Capacity]);
    }

    public void Answer() => pipe.ReadExactly(new byte[Capacity]);

    public void Dispose() => pipe.Dispose();

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int MakePipe(string path, uint mode);
}
