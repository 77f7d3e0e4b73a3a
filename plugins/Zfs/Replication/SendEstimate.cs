using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>Reads the output of "zfs send -nvP": lines with tabs; a resume token is told in words before them.</summary>
internal static class SendEstimate
{
    public static Outcome<StreamEstimate> Parse(string what, string output, StreamStep step)
    {
        var guid = step.To.Guid;
        long? bytes = null;
        foreach (var line in output.Split('\n'))
        {
            var fields = line.Split('\t');
            if (fields is ["size", var size])
            {
                if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                {
                    return ToolFaults.Unparseable(what, $"the size '{size}' is not a number", output);
                }

                bytes = value;
            }
            else if (step.ResumeToken is not null && line.Trim().Split(" = 0x") is ["toguid", var hex])
            {
                if (!ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    return ToolFaults.Unparseable(what, $"the guid '{hex}' is not a number", output);
                }

                guid = value.ToString(CultureInfo.InvariantCulture);
            }
        }

        return bytes is null
            ? ToolFaults.Unparseable(what, "'zfs send -nvP' did not tell the size", output)
            : new StreamEstimate(bytes, guid);
    }
}
