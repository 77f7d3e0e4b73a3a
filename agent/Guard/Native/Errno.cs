using System.Runtime.InteropServices;

namespace NodeAgent.Guard.Native;

/// <summary>What the last call of this thread said.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int Busy = 16;

    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>Words for the last error. Allocates: not for the loop.</summary>
    public static string Text => Marshal.GetPInvokeErrorMessage(Last);
}
