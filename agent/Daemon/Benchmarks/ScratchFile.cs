using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>
/// A file of our own that has no name: it is unlinked before its first byte, so however this process ends, the kernel
/// frees it. Programs reach it by the descriptor of this process.
/// </summary>
internal sealed class ScratchFile : IDisposable
{
    private const int Piece = 4 << 20;
    private readonly SafeFileHandle handle;

    private ScratchFile(SafeFileHandle handle) => this.handle = handle;

    /// <summary>How other programs open it.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}");

    public static Outcome<ScratchFile> Make(string folder)
    {
        var path = System.IO.Path.Join(folder, $".nodeagent-bench-{Guid.NewGuid():N}");
        try
        {
            var opened = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            return new ScratchFile(opened);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(folder, e);
        }
    }

    /// <summary>Writes it in full, with what neither compresses nor repeats, down to the drives.</summary>
    public async Task<Outcome> FillAsync(long bytes, Action<double> progress, CancellationToken cancellation)
    {
        try
        {
            var piece = new byte[Piece];
            for (var at = 0L; at < bytes; at += Piece)
            {
                RandomNumberGenerator.Fill(piece);
                await RandomAccess.WriteAsync(handle, piece.AsMemory(0, (int)Math.Min(Piece, bytes - at)), at, cancellation);
                progress((at + Piece) / (double)bytes);
            }

            RandomAccess.FlushToDisk(handle);
            return Outcome.Done;
        }
        catch (IOException e)
        {
            return Failed("its file", e);
        }
    }

    public void Dispose() => handle.Dispose();

    private static Fault Failed(string where, Exception e) => new(
        e is UnauthorizedAccessException ? FaultCode.PermissionDenied : FaultCode.DataPathUnavailable,
        $"cannot measure in {where}", e.Message, "Use sudo, and look at free space and quotas.", Retry.AfterFix);
}
