using System.Runtime.CompilerServices;
using HaptiTalk.Messaging.Resilience;

// It was here before it had a package of its own: what was compiled then finds it still.
[assembly: TypeForwardedTo(typeof(ServiceProfileAttribute))]
