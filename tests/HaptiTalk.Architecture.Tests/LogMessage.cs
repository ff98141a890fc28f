using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace HaptiTalk.Architecture.Tests;

/// <summary>One line that an assembly may log, as its <c>LoggerMessage</c> says.</summary>
internal sealed record LogMessage(string Assembly, string Method, int Id, string Text)
{
    public static IReadOnlyList<LogMessage> ReadAll(string assemblyName)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.MethodDefinitions
               let method = metadata.GetMethodDefinition(handle)
               from attribute in method.GetCustomAttributes().Select(metadata.GetCustomAttribute)
               where CompiledAssembly.NameOf(metadata, attribute) == "LoggerMessageAttribute"
               select Read(assemblyName, metadata.GetString(method.Name), metadata.GetBlobReader(attribute.Value)),
        ];
    }

    // Prolog, event id, level, message: all of src uses this constructor.
    private static LogMessage Read(string assembly, string method, BlobReader value)
    {
        value.ReadUInt16();
        int id = value.ReadInt32();
        value.ReadInt32();
        return new(assembly, method, id, value.ReadSerializedString() ?? string.Empty);
    }
}
