using System.Text;

namespace NodeAgent.Guard.Native;

/// <summary>Text as C wants it. Only for before the loop.</summary>
internal static class CString
{
    public static byte[] Of(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        _ = Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
