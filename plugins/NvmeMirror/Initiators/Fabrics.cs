using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

/// <summary>The kernel's own door for new paths: one line in, one line out. The secret is in the line, so it must not be an argument of a program.</summary>
internal sealed class Fabrics(string device)
{
    /// <summary>Makes a path. Waits until the peer answered or refused.</summary>
    public Outcome Connect(string line, string what)
    {
        try
        {
            // Not a file that one can seek in, and the line must arrive in one piece.
            using var door = new FileStream(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            door.Write(Encoding.ASCII.GetBytes(line));
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message names the device and the errno, never the line.
            return new Fault(FaultCode.PeerUnavailable, what, "the peer does not answer there, or refuses this node", "Look at 'dmesg' on both nodes.", Retry.Later) { Native = e.Message };
        }
    }
}
